"""The routes: one module per group of addresses, and one function per operation."""

from flask import Flask

from app.routes.accounts import account, confirmation, email_change, password_reset, registration
from app.routes.apps import app_dialogs, apps, bundle_dialogs, bundles
from app.routes.audit import audit
from app.routes.keys import key_dialogs, key_policies, keys, organization_keys
from app.routes.login import (
    account_sessions,
    passkeys,
    recovery_codes,
    second_factors,
    second_step,
    sessions,
    totp,
)
from app.routes.members import (
    invitations,
    member_bulk,
    member_dialogs,
    member_export,
    members,
    receipts,
    two_factor_reset,
)
from app.routes.organizations import organizations, roles, two_factor_policy
from app.routes.portal import api, documentation, health, metrics

_BLUEPRINTS = (
    health.routes,
    metrics.routes,
    documentation.routes,
    sessions.routes,
    registration.routes,
    confirmation.routes,
    account.routes,
    email_change.routes,
    account_sessions.routes,
    password_reset.routes,
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
    second_factors.routes,
    two_factor_policy.routes,
)


# These add routes to a blueprint of another module.
_PARTS = (
    app_dialogs,
    bundle_dialogs,
    member_bulk,
    member_export,
    member_dialogs,
    key_dialogs,
    key_policies,
    two_factor_reset,
    totp,
    passkeys,
    recovery_codes,
)


def init_app(app: Flask) -> None:
    """Register all routes, and what the specification says of the API as a whole."""
    app.extensions["reference"] = api.REFERENCE
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
