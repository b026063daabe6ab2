"""One file per address family; each function is one operation: guard, read, call, reply."""

from flask import Flask

from app.routes import (
    accounts,
    factor_resets,
    factors,
    health,
    invitations,
    member_bulk,
    member_export,
    member_forms,
    members,
    organizations,
    passkeys,
    passwords,
    recovery_codes,
    requirements,
    roles,
    second_step,
    sessions,
    totp,
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
    second_step.routes,
    factors.routes,
    requirements.routes,
)


# These add their addresses to a blueprint above: to that of the members, or of the second factors.
_PARTS = (member_bulk, member_export, member_forms, factor_resets, totp, passkeys, recovery_codes)


def init_app(app: Flask) -> None:
    """Register every address."""
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
