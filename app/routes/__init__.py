"""One file per address family; each function is one operation: guard, read, call, reply."""

from flask import Flask

from app.routes import (
    accounts,
    audit,
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
    audit.routes,
)


# These add their addresses to the members' blueprint.
_PARTS = (member_bulk, member_export, member_forms)


def init_app(app: Flask) -> None:
    """Register every address."""
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
