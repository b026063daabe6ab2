"""Descriptions of the JSON API's operations by endpoint, and of the routes that are not part of it."""

from app.web.openapi.described import account, apps, entry, factors, invitations, keys, members, organizations

OPERATIONS = {
    **organizations.OPERATIONS,
    **members.OPERATIONS,
    **invitations.OPERATIONS,
    **keys.OPERATIONS,
    **apps.OPERATIONS,
    **account.OPERATIONS,
    **factors.OPERATIONS,
    **entry.OPERATIONS,
}

# The sections of the reference, in order, with their descriptions.
TAGS = {
    "Organizations": "Create and manage organizations, and set their two-factor policy.",
    "Members": "List, invite and remove the members of an organization, and change their roles.",
    "Invitations": "Accept or decline the invitations you have received.",
    "API keys": "Create and manage your API keys.",
    "Keys of an organization": "Review and block API keys with access to an organization; set its policy.",
    "Apps": "Create and manage the apps of an organization.",
    "Bundles": "Upload, download and delete the versions of an app.",
    "Audit log": "Search the changes and refused attempts in an organization, and get receipts of removals.",
    "Account": "Manage your account: profile, password, email address and sessions.",
    "Second factors": "Manage your authenticator app, passkeys and recovery codes.",
    "Log-in": "Sign in and out in a browser. Programs use an API key instead.",
    "Health": "Check whether the portal and its database are up.",
}

_FORM = "shows a form; API clients call the operation itself"
_QUESTION = "asks for confirmation; API clients call the operation itself"

# Routes that are not operations of the JSON API, with the reason.
PAGES = {
    "static": "serves the static files of pages",
    "metrics.show": "returns Prometheus' text format, and needs the operator's token",
    "health.home": "redirects to a page",
    "documentation.specification": "is the specification itself",
    "documentation.show": "is the page that shows the specification",
    **dict.fromkeys(
        (
            "apps.new",
            "apps.rename_form",
            "factors.rename_form",
            "keys.new_form",
            "keys.rename_form",
            "keys.renew_form",
            "members.invite_form",
            "organizations.new",
            "organizations.settings",
        ),
        _FORM,
    ),
    **dict.fromkeys(
        (
            "apps.remove_form",
            "bundles.remove_form",
            "factors.remove_form",
            "keys.revoke_form",
            "organization_keys.cut_off_form",
        ),
        _QUESTION,
    ),
}
