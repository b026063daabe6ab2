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

# The headings, in the order in which they are read, each with what stands under it.
TAGS = {
    "Organizations": "Teams: create, show, change, delete; their roles; the second factor they require.",
    "Members": "Who belongs to an organization, in which role: list, invite, change, remove, leave.",
    "Invitations": "Invitations of the person who asks: accept or decline.",
    "API keys": "The keys of the person who asks: create, rename, renew, revoke.",
    "Keys of an organization": "The keys that act on an organization, and what it demands of them.",
    "Apps": "What bundles are uploaded for.",
    "Bundles": "Versions of an app: upload, list, download, delete.",
    "Audit log": "Who did what, and who tried; what ended with each departure.",
    "Account": "The account of the person who asks: profile, password, address, sessions, the end of it.",
    "Second factors": "Authenticator apps, passkeys and recovery codes of the person who asks.",
    "Log-in": "Sessions for browsers; programs use a key.",
    "Health": "Whether the portal runs, and whether its database answers.",
}

_FORM = "shows a form; programs send the change itself"
_QUESTION = "asks a person once more before a change; programs send the change itself"

# Routes that are not operations of the JSON API, each with the reason.
PAGES = {
    "static": "serves the files that pages are made of",
    "metrics.show": "speaks the text format of Prometheus, to whoever has the operator's token",
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
