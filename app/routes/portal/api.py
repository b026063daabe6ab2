"""The JSON API as a whole, and its probes."""

from app.web.json_types import Success
from app.web.json_types.description import Description
from app.web.openapi.document import Reference

_SECTIONS = {
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

_ABOUT = """\
Manage organizations, their members and roles, invitations, API keys, apps with their bundles, and the
audit log.

**Authentication.** Send your API key as `authorization: crew_…`. The API also accepts `Bearer crew_…` and
the headers `x-api-key` and `capgkey`. Send only one key per request. Operations that require a session use
the cookie that you get when you sign in; a change with the cookie also needs its CSRF token in
`X-CSRFToken`, which `GET /login/` returns.

**Paths** work with and without a trailing slash. Unknown paths return 404 and unsupported methods 405, both
with the usual error object.

**Requests.** Send parameters in the query for `GET`, in the query or the body for `DELETE`, and otherwise in
the body. A body is a JSON object or a form, in UTF-8. Unknown fields return 400 with `code: unknown_field`,
except for probes and for the operations on `/organization/` (other than `DELETE`) and
`/organization/members/`, which ignore them. Repeated fields return 400. In a form, booleans are `true`, `1`
or `on`, and `false`, `0` or blank.

**Responses** are JSON, unless the request has no API key and prefers `text/html`: browsers get pages at the
same paths. Successful requests return 200, including those that create objects. Errors return
`{"error": "…", "status": "KO", "code": "…"}`, often with `message`, which says how to resolve it, and
`field`. `code` is a stable identifier for programs, such as `member_exists`.

**Rate limits** apply per API key or session, per person and per network. The `RateLimit` headers show how
many requests are left.
"""

HEALTHZ = Description("Health", Success)
READYZ = Description("Health", Success)
REFERENCE = Reference(_ABOUT, _SECTIONS)
