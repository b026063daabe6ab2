"""People's own: the account, its sessions, its second factors."""

from typing import Any, Literal, NotRequired, TypedDict

from app.models import FactorKind
from app.web.json_types.texts import Email, Moment, Url, UserId


class Account(TypedDict):
    """An account as its owner sees it; `confirmed` tells whether the address is."""

    id: UserId
    email: Email
    name: str
    image_url: Url | None
    confirmed: bool
    created_at: Moment


class Session(TypedDict):
    """Where one is logged in; `current` is the session that asks."""

    id: str
    device: str
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment | None
    current: bool


class Factor(TypedDict):
    """A second factor; `host` is the one that a passkey was made for and works at."""

    id: str
    kind: FactorKind
    name: str
    host: str | None
    created_at: Moment
    last_used_at: Moment | None


class Factors(TypedDict):
    """One's second factors, and how many recovery codes are left."""

    factors: list[Factor]
    recovery_codes_left: int


class FactorAdded(TypedDict):
    """A new factor; with the first one come recovery codes, which are told this once."""

    status: Literal["OK"]
    data: Factor
    recovery_codes: NotRequired[list[str]]


class RecoveryCodes(TypedDict):
    """New recovery codes, told this once."""

    status: Literal["OK"]
    recovery_codes: list[str]


class TotpSetUp(TypedDict):
    """A new secret: to scan as `uri`, to type as `secret`; `setup` comes back with the first code."""

    secret: str
    uri: str
    setup: str


class CsrfToken(TypedDict):
    """The token that a change by cookie brings along in `X-CSRFToken`."""

    csrf_token: str


class LinkedAddress(CsrfToken):
    """What a mailed link is about: the address, mostly hidden."""

    address: str | None


class FactorsAsked(CsrfToken):
    """What may prove who logs in, beside the password."""

    factors: list[FactorKind]


class RelyingParty(TypedDict):
    """What passkeys are made for; null where the portal cannot have any."""

    rp_id: str | None


class CodesLeft(TypedDict):
    """How many recovery codes are left."""

    recovery_codes_left: int


class LoggedIn(TypedDict):
    """The cookie is a session now, or half of one."""

    status: Literal["OK", "SECOND_FACTOR_REQUIRED"]


class AddressAgreed(TypedDict):
    """One side agreed; `changed` tells whether the other one had already."""

    status: Literal["OK"]
    changed: bool


# What a browser is asked about a passkey, as WebAuthn writes it.
PasskeyOptions = dict[str, Any]
