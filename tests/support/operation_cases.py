"""Every operation inside an organization, its lowest role, and the refusal for lower roles."""

import io
from dataclasses import dataclass, field
from typing import Any

CLOSED = "You cannot access this organization"
NOT_ADMIN = "Admin role required"
NOT_SUPER = "Super admin role required"
NOT_MEMBERS = "Insufficient permissions to manage members"
NOT_APPS = "Insufficient permissions to manage apps"
NOT_BUNDLES = "Insufficient permissions to upload bundles"
NOT_KEYS = "Insufficient permissions to manage API keys"
NO_APP, NO_BUNDLE = "App not found", "Bundle not found"
NOT_BY_KEY = "Second factors can only be managed in the portal"

ORGANIZATION, MEMBERS, KEYS = "/organization/", "/organization/members/", "/organization/keys/"
APP, BUNDLE = "/app/", "/bundle/"


@dataclass(frozen=True)
class Case:
    """An operation. Fields and path may contain `{org}`, `{app}`, `{bundle}` or `{key}`, filled from a place.

    `hidden` is the text of the 404 for outsiders where the request names no organization. `by_key` is the
    refusal for all keys where only a session may call. `shows_secret`: the page is drawn in the answer
    itself. `page_only`: there is no JSON answer.
    """

    method: str
    path: str
    role: str
    refusal: str
    fields: dict[str, str] = field(default_factory=dict)
    by: str = "orgId"
    hidden: str | None = None
    by_key: str | None = None
    shows_secret: bool = False
    page_only: bool = False

    @property
    def rule(self) -> tuple[str, str]:
        """Return method and address as the URL map writes them."""
        return self.method, self.path.replace("{bundle}", "<bundle_id>")

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    @property
    def downloads(self) -> bool:
        """Return whether the answer is a file in every dialect."""
        return self.path.endswith(("export/", "download/"))

    def at(self, place: dict[str, str]) -> tuple[str, str, dict[str, Any]]:
        """Return method, path and fields of the operation at a place."""
        named = {} if self.by == "path" else {self.by: "{org}" if self.by == "orgId" else "{app}"}
        fields = {name: text.format(**place) for name, text in {**named, **self.fields}.items()}
        if "file" in fields:
            return self.method, self.path, {**fields, "file": (io.BytesIO(b"a bundle"), fields["file"])}
        return self.method, self.path.format(**place), fields


VICTIM = {"email": "victim@crew.test"}
KEY = {"id": "{key}"}

CASES = {
    "show": Case("GET", ORGANIZATION, "read", CLOSED),
    "update": Case("POST", ORGANIZATION, "admin", NOT_ADMIN, {"name": "Southwind"}),
    "delete": Case("DELETE", ORGANIZATION, "super_admin", NOT_SUPER, {"name": "Northwind"}),
    "settings": Case("GET", "/organization/settings/", "admin", NOT_ADMIN, page_only=True),
    "roles": Case("GET", "/organization/roles/", "read", CLOSED),
    "audit": Case("GET", "/organization/audit/", "admin", NOT_ADMIN),
    "receipts": Case("GET", "/organization/receipts/", "admin", NOT_ADMIN),
    "security": Case("GET", "/organization/security/", "admin", NOT_ADMIN),
    "require": Case(
        "POST",
        "/organization/security/",
        "super_admin",
        NOT_SUPER,
        {"required": "true", "deadline_days": "7"},
    ),
    "members": Case("GET", MEMBERS, "read", CLOSED),
    "invite": Case(
        "POST",
        MEMBERS,
        "admin",
        NOT_MEMBERS,
        {"email": "newcomer@crew.test", "role": "read"},
        shows_secret=True,
    ),
    "change": Case("POST", MEMBERS, "admin", NOT_MEMBERS, {**VICTIM, "role": "upload"}),
    "remove": Case("DELETE", MEMBERS, "admin", NOT_MEMBERS, VICTIM),
    "invite form": Case("GET", f"{MEMBERS}invite/", "admin", NOT_MEMBERS, page_only=True),
    "remove form": Case("GET", f"{MEMBERS}remove/", "admin", NOT_MEMBERS, VICTIM),
    "export": Case("GET", f"{MEMBERS}export/", "admin", NOT_MEMBERS),
    "bulk change": Case(
        "POST", f"{MEMBERS}bulk/", "admin", NOT_MEMBERS, {**VICTIM, "action": "role", "role": "write"}
    ),
    "bulk removal": Case(
        "POST", f"{MEMBERS}bulk/", "admin", NOT_MEMBERS, {**VICTIM, "action": "remove", "confirmed": "1"}
    ),
    "reset form": Case(
        "GET", f"{MEMBERS}second-factor/", "super_admin", NOT_SUPER, VICTIM, by_key=NOT_BY_KEY
    ),
    "reset": Case("DELETE", f"{MEMBERS}second-factor/", "super_admin", NOT_SUPER, VICTIM, by_key=NOT_BY_KEY),
    "keys": Case("GET", KEYS, "admin", NOT_KEYS),
    "block key": Case("DELETE", KEYS, "admin", NOT_KEYS, KEY, by_key=NOT_KEYS),
    "block key form": Case("GET", f"{KEYS}remove/", "admin", NOT_KEYS, KEY, page_only=True),
    "key policy": Case("GET", f"{KEYS}policy/", "admin", NOT_KEYS),
    "change key policy": Case(
        "POST", f"{KEYS}policy/", "admin", NOT_KEYS, {"max_days": "30"}, by_key=NOT_KEYS
    ),
    "apps": Case("GET", APP, "read", CLOSED),
    "create app": Case("POST", APP, "write", NOT_APPS, {"name": "Beacon"}),
    "app form": Case("GET", f"{APP}new/", "write", NOT_APPS, page_only=True),
    "rename app": Case("PUT", APP, "write", NOT_APPS, {"name": "Beacon"}, by="id", hidden=NO_APP),
    "rename app form": Case(
        "GET", f"{APP}rename/", "write", NOT_APPS, by="id", hidden=NO_APP, page_only=True
    ),
    "delete app": Case("DELETE", APP, "write", NOT_APPS, by="id", hidden=NO_APP),
    "delete app form": Case(
        "GET", f"{APP}remove/", "write", NOT_APPS, by="id", hidden=NO_APP, page_only=True
    ),
    "bundles": Case("GET", BUNDLE, "read", CLOSED, by="app_id", hidden=NO_APP),
    "upload": Case(
        "POST",
        BUNDLE,
        "upload",
        NOT_BUNDLES,
        {"version": "2.0.0", "file": "b.zip"},
        by="app_id",
        hidden=NO_APP,
    ),
    "delete bundle": Case(
        "DELETE", BUNDLE, "write", NOT_APPS, {"version": "1.0.0"}, by="app_id", hidden=NO_APP
    ),
    "delete bundle form": Case(
        "GET",
        f"{BUNDLE}remove/",
        "write",
        NOT_APPS,
        {"version": "1.0.0"},
        by="app_id",
        hidden=NO_APP,
        page_only=True,
    ),
    "download": Case("GET", f"{BUNDLE}{{bundle}}/download/", "read", CLOSED, by="path", hidden=NO_BUNDLE),
}
LEAVE = Case("DELETE", MEMBERS, "read", NOT_MEMBERS)
# These take `orgId` too, but need a key or an invitation instead of a role.
NEED_NO_ROLE = {("PUT", ORGANIZATION), ("POST", "/invitation/"), ("DELETE", "/invitation/")}
