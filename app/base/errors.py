"""Refusals. Services raise them, and `web` answers with them in the caller's dialect."""


class DomainError(Exception):
    """A refusal, with texts that are shown to the caller.

    `error` is the documented text, `message` says what to do next, and `field` names the invalid input.
    `code` is a stable identifier for programs, such as `unknown_field`.
    `reason` appears in the log; it never contains input.
    """

    status = 400
    reason = "refused"
    # A link that the error page offers: a label and a path of the portal.
    remedy: tuple[str, str] | None = None

    def __init__(
        self,
        error: str,
        *,
        message: str | None = None,
        field: str | None = None,
        reason: str | None = None,
        code: str | None = None,
    ) -> None:
        """Create a refusal; `reason` overrides the one of the class."""
        super().__init__(error)
        self.code = code
        self.reason = reason or self.reason
        self.error = error
        self.message = message
        self.field = field


class InvalidInput(DomainError):
    """The input cannot be understood or is not allowed."""

    reason = "invalid_input"


class NotAuthenticated(DomainError):
    """The request has no valid credential."""

    status = 401
    reason = "not_authenticated"

    def __init__(
        self,
        error: str = "Invalid API key",
        *,
        message: str | None = None,
        field: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Create a refusal with the documented text, unless another one is given."""
        super().__init__(error, message=message, field=field, reason=reason)


class NotPermitted(DomainError):
    """The actor may not do this; the audit log of `organization_id` records the attempt."""

    status = 403
    reason = "not_permitted"
    organization_id: str | None = None


class FactorOwed(NotPermitted):
    """An organization requires a second factor, and the actor has none."""

    reason = "factor_owed"

    def __init__(self, error: str) -> None:
        """Create the refusal of an action with its documented `error`, and say what to do."""
        super().__init__(
            error,
            message="This organization requires a second factor. "
            "Set one up under Account, Security, then come back.",
        )


class NotFound(DomainError):
    """The target does not exist, or the actor may not know that it does."""

    status = 404
    reason = "not_found"


class NotAcceptable(DomainError):
    """The address is a page, and the caller accepts no HTML."""

    status = 406
    reason = "not_acceptable"


class Conflict(DomainError):
    """The current state does not allow the change."""

    status = 409
    reason = "conflict"


class Gone(DomainError):
    """The target existed once and is gone."""

    status = 410
    reason = "gone"


class TooLarge(DomainError):
    """The body is larger than allowed."""

    status = 413
    reason = "too_large"


class UnsupportedMedia(DomainError):
    """The body is neither a form nor JSON."""

    status = 415
    reason = "unsupported_media"


class TooManyRequests(DomainError):
    """The caller sent too many requests; `retry_after` is in seconds."""

    status = 429
    reason = "rate_limit"

    def __init__(
        self,
        retry_after: int,
        error: str = "Too many requests",
        *,
        message: str | None = None,
        limit: int | None = None,
        reason: str | None = None,
    ) -> None:
        """Say how long to wait; `limit` is the number of requests that is allowed."""
        super().__init__(error, message=message or f"Try again in {retry_after} seconds.", reason=reason)
        self.retry_after = retry_after
        self.limit = limit


class Unavailable(DomainError):
    """The database cannot be reached or written to right now; `retry_after` is in seconds."""

    status = 503
    reason = "unavailable"

    def __init__(self, retry_after: int = 5, *, certain: bool = True) -> None:
        """Say how long to wait; `certain` says that nothing was changed."""
        self.known = (
            "Nothing was changed." if certain else "It may have been changed. Check before you try again."
        )
        super().__init__(
            "Service temporarily unavailable", message=f"{self.known} Try again in {retry_after} seconds."
        )
        self.retry_after = retry_after


class TooSlow(DomainError):
    """A body did not arrive in time."""

    status = 408
    reason = "too_slow"

    def __init__(self) -> None:
        """Say that nothing was stored."""
        super().__init__("The body took too long to arrive", message="Nothing was stored.")


class NoSpace(DomainError):
    """The disk that stores uploads is full."""

    status = 507
    reason = "no_space"

    def __init__(self) -> None:
        """Say that nothing was stored and that the operator has to act."""
        super().__init__(
            "Not enough storage",
            message="Nothing was stored. The portal's disk is full; contact its operator.",
        )


class OperatorError(Exception):
    """A refusal of a command of the operator. No request receives one."""

    def __init__(self, error: str, *, message: str | None = None) -> None:
        """Set the text, and what to do next."""
        super().__init__(error)
        self.error = error
        self.message = message
