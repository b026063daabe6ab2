"""The refusals: what services raise, and web answers in the caller's dialect."""


class DomainError(Exception):
    """A refusal that the person who asked can read.

    `error` is the contract's text, `message` says what to do next, `field` names the input at fault.
    `code` is a stable word for programs, such as `unknown_field`.
    `reason` is a name for the log; it never holds what somebody sent.
    """

    status = 400
    reason = "refused"
    # What a page offers beside the way back: a label and a path of ours.
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
        """Keep the texts; `reason` is more exact than that of the kind, `code` a stable word for programs."""
        super().__init__(error)
        self.code = code
        self.reason = reason or self.reason
        self.error = error
        self.message = message
        self.field = field


class InvalidInput(DomainError):
    """What was sent cannot be understood or is not allowed."""

    reason = "invalid_input"


class NotAuthenticated(DomainError):
    """Nobody, or nobody we know, is asking."""

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
        """Use the documents' text unless another one is given."""
        super().__init__(error, message=message, field=field, reason=reason)


class NotPermitted(DomainError):
    """Somebody we know asks for something they may not do; the record may name where."""

    status = 403
    reason = "not_permitted"
    organization_id: str | None = None


class FactorOwed(NotPermitted):
    """An organization requires a second factor, and the actor has none."""

    reason = "factor_owed"

    def __init__(self, error: str) -> None:
        """Say what to do, beside the text of whatever was refused."""
        super().__init__(
            error,
            message="This organization requires a second factor. "
            "Set one up under Account, Security, then come back.",
        )


class NotFound(DomainError):
    """The target does not exist, or the actor may not learn that it does."""

    status = 404
    reason = "not_found"


class NotAcceptable(DomainError):
    """The address is a page, and the caller accepts no HTML."""

    status = 406
    reason = "not_acceptable"


class Conflict(DomainError):
    """The state of things forbids it."""

    status = 409
    reason = "conflict"


class Gone(DomainError):
    """It existed once, and is over."""

    status = 410
    reason = "gone"


class TooLarge(DomainError):
    """More was sent than is read."""

    status = 413
    reason = "too_large"


class UnsupportedMedia(DomainError):
    """The body is neither a form nor JSON."""

    status = 415
    reason = "unsupported_media"


class TooManyRequests(DomainError):
    """The same caller asked too often; `retry_after` is in seconds."""

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
        """Say how long to wait; `limit` is how many would have been fine."""
        super().__init__(error, message=message or f"Try again in {retry_after} seconds.", reason=reason)
        self.retry_after = retry_after
        self.limit = limit


class Unavailable(DomainError):
    """The database cannot be reached or written right now; `retry_after` is in seconds."""

    status = 503
    reason = "unavailable"

    def __init__(self, retry_after: int = 5, *, certain: bool = True) -> None:
        """Say how long to wait; `certain` is whether we know that nothing was changed."""
        self.known = (
            "Nothing was changed." if certain else "It may have been changed: look before you repeat it."
        )
        super().__init__(
            "Service temporarily unavailable", message=f"{self.known} Try again in {retry_after} seconds."
        )
        self.retry_after = retry_after


class NotDrawn(DomainError):
    """A change was made, and the page that shows it could not be drawn."""

    status = 500
    reason = "not_drawn"

    def __init__(self) -> None:
        """Say that the change must not be repeated."""
        super().__init__(
            "The page could not be shown", message="Your change was made. Go back and reload the page."
        )


class TooSlow(DomainError):
    """A body did not arrive in time."""

    status = 408
    reason = "too_slow"

    def __init__(self) -> None:
        """Say that nothing is left of it."""
        super().__init__("The body took too long to arrive", message="Nothing was kept.")


class NoSpace(DomainError):
    """The disk that holds uploads is full."""

    status = 507
    reason = "no_space"

    def __init__(self) -> None:
        """Say that it is for the operator."""
        super().__init__(
            "Not enough storage",
            message="Nothing was kept. The disk of this portal is full; tell its operator.",
        )
