"""JSON types of accounts, sessions and second factors."""

from typing import Any, Literal, NotRequired, TypedDict

from app.models import FactorKind
from app.web.json_types.texts import Email, Moment, Url, UserId


class Account(TypedDict):
    """Your account. `confirmed` says whether the email address has been confirmed."""

    id: UserId
    email: Email
    name: str
    image_url: Url | None
    confirmed: bool
    created_at: Moment


class Session(TypedDict):
    """A session. `current` is true for the one that made the request."""

    id: str
    device: str
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment | None
    current: bool


class Factor(TypedDict):
    """A second factor. `host` is the host that a passkey works for."""

    id: str
    kind: FactorKind
    name: str
    host: str | None
    created_at: Moment
    last_used_at: Moment | None


class Factors(TypedDict):
    """Your second factors, and the number of unused recovery codes."""

    factors: list[Factor]
    recovery_codes_left: int


class FactorAdded(TypedDict):
    """A new second factor. The first one comes with `recovery_codes`, which are returned only once."""

    status: Literal["OK"]
    data: Factor
    recovery_codes: NotRequired[list[str]]


class RecoveryCodes(TypedDict):
    """New recovery codes, which are returned only once."""

    status: Literal["OK"]
    recovery_codes: list[str]


class TotpSetUp(TypedDict):
    """A new secret. `uri` is for a QR code, `secret` to type in; send `setup` with the first code."""

    secret: str
    uri: str
    setup: str


class CsrfToken(TypedDict):
    """The CSRF token to send in `X-CSRFToken` with requests that use the session cookie."""

    csrf_token: str


class LinkedAddress(CsrfToken):
    """The email address that a mailed link belongs to, partly masked."""

    address: str | None


class FactorsAsked(CsrfToken):
    """The kinds of second factor that can complete the sign-in."""

    factors: list[FactorKind]


class RelyingParty(TypedDict):
    """The relying party ID for passkeys, null if the portal's address does not support them."""

    rp_id: str | None


class CodesLeft(TypedDict):
    """The number of unused recovery codes."""

    recovery_codes_left: int


class LoggedIn(TypedDict):
    """`OK` if you're signed in, or `SECOND_FACTOR_REQUIRED` if the sign-in needs a second factor."""

    status: Literal["OK", "SECOND_FACTOR_REQUIRED"]


class AddressAgreed(TypedDict):
    """Confirms one side of an email change. `changed` is true once both sides have agreed."""

    status: Literal["OK"]
    changed: bool


# The options of a WebAuthn ceremony, in WebAuthn's JSON format.
PasskeyOptions = dict[str, Any]
