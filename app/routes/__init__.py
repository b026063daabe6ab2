"""One file per address family; each function is one operation: guard, read, call, reply."""

from flask import Flask

from app.routes import (
    account,
    account_email,
    account_sessions,
    accounts,
    app_forms,
    apps,
    audit,
    bundle_forms,
    bundles,
    confirmations,
    documentation,
    factor_resets,
    factors,
    health,
    invitations,
    key_forms,
    key_policies,
    keys,
    member_bulk,
    member_export,
    member_forms,
    members,
    metrics,
    organization_keys,
    organizations,
    passkeys,
    passwords,
    receipts,
    recovery_codes,
    requirements,
    roles,
    second_step,
    sessions,
    totp,
)

_BLUEPRINTS = (
    health.routes,
    metrics.routes,
    documentation.routes,
    sessions.routes,
    accounts.routes,
    confirmations.routes,
    account.routes,
    account_email.routes,
    account_sessions.routes,
    passwords.routes,
    organizations.routes,
    members.routes,
    roles.routes,
    receipts.routes,
    invitations.routes,
    keys.routes,
    organization_keys.routes,
    apps.routes,
    bundles.routes,
    audit.routes,
    second_step.routes,
    factors.routes,
    requirements.routes,
)


# These add their addresses to the blueprint of their noun.
_PARTS = (
    app_forms,
    bundle_forms,
    member_bulk,
    member_export,
    member_forms,
    key_forms,
    key_policies,
    factor_resets,
    totp,
    passkeys,
    recovery_codes,
)


def init_app(app: Flask) -> None:
    """Register every address."""
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
