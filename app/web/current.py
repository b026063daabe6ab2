"""Everything a request knows, in one place: Flask's `g`, with each of its attributes declared and typed.

`current` is the one of the request that runs now. What is not declared here is not put on `g`; the exceptions
are Flask-Login and Flask-WTF, which keep `_login_user` and `csrf_token` there.
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
    """What one request knows. Each default stands for "not known yet"."""

    # The portal that answers.
    settings: ClassVar["Config"]
    database: ClassVar["Database"]

    # The request itself.
    request_id: str = ""
    began_at: float = 0.0
    dialect: "Dialect | None" = None
    reason: str | None = None
    """Why the request was refused: a word of ours for the log."""

    # Who sent it. `recognised` tells a visitor without a credential from one that was not looked at yet.
    keys_sent: frozenset[str] | None = None
    other_sessions: list[dict[str, Any]] = []  # noqa: RUF012 - replaced, never changed in place
    has_old_cookie: bool = False
    recognised: bool = False
    actor: "Actor | None" = None
    counted: bool = False
    rate: "Limit | None" = None

    # Its input.
    streamed: bool = False
    body_error: "DomainError | None" = None
    body: "Fields | None" = None
    fields: "Fields | None" = None

    # The operation that it asks for.
    guard: "AnyGuard | None" = None
    form: "Operation | None" = None
    organization_asked: str | None = None
    access: "Access | None" = None

    # What is left to do after the answer.
    use: "tuple[Actor, str | None] | None" = None
    known_device: dict[str, Any] | None = None

    # What its page shows.
    organizations: "list[OwnOrganization] | None" = None
    flashes: "list[Flash] | None" = None

    def forget_actor(self) -> None:
        """Let the next look at the actor read the database again."""
        self.recognised, self.actor = False, None
        self.__dict__.pop("_login_user", None)

    def forget_token(self) -> None:
        """Let the next form carry the token of the cookie as it is by then."""
        self.__dict__.pop("csrf_token", None)

    def __contains__(self, name: str) -> bool:
        """Tell whether an attribute was set; Flask-Login and Flask-WTF ask for theirs."""
        return name in self.__dict__

    def get(self, name: str, default: Any = None) -> Any:
        """Return an attribute of Flask-WTF."""
        return self.__dict__.get(name, default)


current = cast("Current", g)


def init_app(app: Flask, settings: "Config", database: "Database") -> None:
    """Let each request of the application begin with a `Current` of its own."""
    bound = type("Current", (Current,), {"settings": settings, "database": database})
    app.app_ctx_globals_class = bound  # type: ignore[assignment] # Flask only calls it
