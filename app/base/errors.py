"""Refusals. Services raise them, and `web` answers with them in the caller's dialect."""

from app.base.codes import Code
from app.base.error_texts import TEXTS


class DomainError(Exception):
    """A refusal of a request.

    `code` is its stable identifier for programs and the log, `error` the documented text, `message` says what
    to do next, and `field` names the invalid input. None of them contains a secret.
    """

    status = 400
    # A link that the error page offers: a label and a path of the portal.
    remedy: tuple[str, str] | None = None

    def __init__(
        self,
        code: Code,
        error: str | None = None,
        *,
        message: str | None = None,
        field: str | None = None,
        status: int | None = None,
    ) -> None:
        """Create a refusal; without `error`, with the text that the code always has."""
        self.code = code
        self.error = TEXTS[code] if error is None else error
        self.message = message
        self.field = field
        self.status = status or self.status
        super().__init__(self.error)


class InvalidInput(DomainError):
    """The input cannot be understood or is not allowed."""


class NotAuthenticated(DomainError):
    """The request has no valid credential."""

    status = 401

    def __init__(
        self, code: Code = Code.INVALID_KEY, *, message: str | None = None, field: str | None = None
    ) -> None:
        """Create a refusal, by default of a missing or invalid API key."""
        super().__init__(code, message=message, field=field)


class NotPermitted(DomainError):
    """The actor may not do this; the audit log of `organization_id` records the attempt."""

    status = 403
    organization_id: str | None = None


class NotFound(DomainError):
    """The target does not exist, or the actor may not know that it does."""

    status = 404


class Conflict(DomainError):
    """The current state does not allow the change."""

    status = 409


class Gone(DomainError):
    """The target existed once and is gone."""

    status = 410


class TooManyRequests(DomainError):
    """The caller sent too many requests; `retry_after` is in seconds."""

    status = 429

    def __init__(
        self,
        retry_after: int,
        code: Code = Code.RATE_LIMITED,
        error: str | None = None,
        *,
        message: str | None = None,
        limit: int | None = None,
        limit_name: str | None = None,
    ) -> None:
        """Say how long to wait; `limit` is the number of requests that is allowed, `limit_name` is logged."""
        super().__init__(code, error, message=message or f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after
        self.limit = limit
        self.limit_name = limit_name


class Unavailable(DomainError):
    """The database cannot be reached or written to right now; `retry_after` is in seconds."""

    status = 503

    def __init__(self, retry_after: int = 5, *, certain: bool = True) -> None:
        """Say how long to wait; `certain` says that nothing was changed."""
        self.known = (
            "Nothing was changed." if certain else "It may have been changed. Check before you try again."
        )
        super().__init__(Code.UNAVAILABLE, message=f"{self.known} Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class UnsupportedMedia(DomainError):
    """The type or the encoding of a body, or of a part of it, is not supported."""

    status = 415

    def __init__(self, error: str, *, field: str | None = None) -> None:
        """Set the text, and the part that it is about."""
        super().__init__(Code.UNSUPPORTED_MEDIA_TYPE, error, field=field)


class OperatorError(Exception):
    """A refusal of a command of the operator. No request receives one, so it has no code."""

    def __init__(self, error: str, *, message: str | None = None) -> None:
        """Set the text, and what to do next."""
        super().__init__(error)
        self.error = error
        self.message = message
