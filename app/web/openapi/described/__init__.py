"""The operations of the JSON API by endpoint, one file per noun; and the routes that are none."""

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

_FORM = "shows a form; programs send the change itself"
_QUESTION = "asks a person once more before a change; programs send the change itself"

# Routes that are not operations of the JSON API, each with the reason.
PAGES = {
    "static": "serves the files that pages are made of",
    "health.home": "sends a person to their first page",
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
