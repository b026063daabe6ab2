"""The state of the current request: Flask's `g` with every attribute declared and typed.

Nothing else is set on `g`, except for `_login_user` by Flask-Login and `csrf_token` by Flask-WTF.
"""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from flask import Flask, g

if TYPE_CHECKING:
    from app.base.config import Config
    from app.base.errors import DomainError
    from app.services.core.actors import Access, Actor
    from app.services.core.organization_access import OwnOrganization
    from app.storage.database import Database
    from app.web.forms.forms import Operation
    from app.web.guard.guards import AnyGuard
    from app.web.guard.rate_limits import Limit
    from app.web.request.bodies import Fields
    from app.web.request.negotiation import Dialect
    from app.web.response.replies import Flash


class Current:
    """The state of one request. Every default means "not known yet"."""

    # The portal that serves the request.
    settings: ClassVar["Config"]
    database: ClassVar["Database"]

    # The request itself.
    request_id: str = ""
    started_at: float = 0.0
    dialect: "Dialect | None" = None
    refused_with: "DomainError | None" = None
    """The refusal of the request, whose code is logged."""

    # Who sent it. `authenticated` is set once the credentials were checked, even if there is no actor.
    keys_sent: frozenset[str] | None = None
    other_sessions: list[dict[str, Any]] = []  # noqa: RUF012 - replaced, never changed in place
    has_old_cookie: bool = False
    authenticated: bool = False
    actor: "Actor | None" = None
    counted: bool = False
    rate: "Limit | None" = None

    # Its input.
    streamed: bool = False
    body_error: "DomainError | None" = None
    body: "Fields | None" = None
    fields: "Fields | None" = None

    # The requested operation.
    guard: "AnyGuard | None" = None
    form: "Operation | None" = None
    requested_organization: str | None = None
    access: "Access | None" = None

    # Work to do after the response.
    last_use: "tuple[Actor, str | None] | None" = None
    known_device: dict[str, Any] | None = None

    # What the page shows.
    organizations: "list[OwnOrganization] | None" = None
    flashes: "list[Flash] | None" = None

    def forget_actor(self) -> None:
        """Authenticate from the database again when the actor is next needed."""
        self.authenticated, self.actor = False, None
        self.__dict__.pop("_login_user", None)

    def forget_token(self) -> None:
        """Generate a new CSRF token when a form next needs one."""
        self.__dict__.pop("csrf_token", None)

    def __contains__(self, name: str) -> bool:
        """Return whether an attribute was set; Flask-Login and Flask-WTF check for theirs."""
        return name in self.__dict__

    def get(self, name: str, default: Any = None) -> Any:
        """Return an attribute or the default; Flask-WTF reads its own."""
        return self.__dict__.get(name, default)


current = cast("Current", g)


def init_app(app: Flask, settings: "Config", database: "Database") -> None:
    """Give every request of the application a new `Current`."""
    portal_current = type("Current", (Current,), {"settings": settings, "database": database})
    app.app_ctx_globals_class = portal_current  # type: ignore[assignment] # Flask only calls it
