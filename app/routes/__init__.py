"""One file per address family; each function is one operation: guard, read, call, reply."""

from flask import Flask

from app.routes import (
    accounts,
    app_forms,
    apps,
    bundle_forms,
    bundles,
    health,
    invitations,
    member_bulk,
    member_export,
    member_forms,
    members,
    organizations,
    passwords,
    roles,
    sessions,
)

_BLUEPRINTS = (
    health.routes,
    sessions.routes,
    accounts.routes,
    passwords.routes,
    organizations.routes,
    members.routes,
    roles.routes,
    invitations.routes,
    apps.routes,
    bundles.routes,
)


# These add their addresses to the blueprint of their noun.
_PARTS = (app_forms, bundle_forms, member_bulk, member_export, member_forms)


def init_app(app: Flask) -> None:
    """Register every address."""
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
