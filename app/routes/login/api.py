"""The JSON API of sessions and second factors: types of answers, and descriptions of operations."""

from typing import Literal, NotRequired, TypedDict

from app import models
from app.base.clock import rfc3339
from app.base.codes import Code
from app.models import FactorKind
from app.services.core.actors import Actor
from app.web.json_types import CsrfToken, Data, Success, SuccessWith
from app.web.json_types.description import Description
from app.web.json_types.texts import Moment
from app.web.observe import devices


class Session(TypedDict):
    """A session. `current` is true for the one that made the request."""

    id: str
    device: str
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment | None
    current: bool


class SecondFactor(TypedDict):
    """A second factor. `host` is the host that a passkey works for."""

    id: str
    kind: FactorKind
    name: str
    host: str | None
    created_at: Moment
    last_used_at: Moment | None


class SecondFactors(TypedDict):
    """Your second factors, and the number of unused recovery codes."""

    factors: list[SecondFactor]
    recovery_codes_left: int


class SecondFactorAdded(TypedDict):
    """A new second factor. The first one comes with `recovery_codes`, which are returned only once."""

    status: Literal["OK"]
    data: SecondFactor
    recovery_codes: NotRequired[list[str]]


class RecoveryCodes(TypedDict):
    """New recovery codes, which are returned only once."""

    status: Literal["OK"]
    recovery_codes: list[str]


class TotpSetup(TypedDict):
    """A new secret. `uri` is for a QR code, `secret` to type in; send `setup` with the first code."""

    secret: str
    uri: str
    setup: str


class SecondFactorKinds(CsrfToken):
    """The kinds of second factor that can complete the sign-in."""

    factors: list[FactorKind]


class RelyingParty(TypedDict):
    """The relying party ID for passkeys, null if the portal's address does not support them."""

    rp_id: str | None


class RecoveryCodesLeft(TypedDict):
    """The number of unused recovery codes."""

    recovery_codes_left: int


class LoginStatus(TypedDict):
    """`OK` if you're signed in, or `SECOND_FACTOR_REQUIRED` if the sign-in needs a second factor."""

    status: Literal["OK", "SECOND_FACTOR_REQUIRED"]


# The options of a WebAuthn ceremony, in WebAuthn's JSON format.
PasskeyOptions = dict[str, object]


def session(actor: Actor, found: models.Credential) -> Session:
    """Return a session as its owner sees it."""
    return {
        "id": found.id,
        "device": devices.device(found.name),
        "created_at": rfc3339(found.created_at),
        "last_used_at": rfc3339(found.last_used_at or found.created_at),
        "expires_at": rfc3339(found.expires_at) if found.expires_at else None,
        "current": found.id == actor.credential_id,
    }


def factor(found: models.Factor) -> SecondFactor:
    """Return a second factor as its owner sees it."""
    return {
        "id": found.id,
        "kind": FactorKind(found.kind),
        "name": found.name,
        "host": found.host,
        "created_at": rfc3339(found.created_at),
        "last_used_at": rfc3339(found.last_used_at) if found.last_used_at else None,
    }


_PASSKEY = (Code.INVALID_PASSKEY, Code.PASSKEY_EXPIRED)
_NO_HOST = {409: (Code.PASSKEYS_UNSUPPORTED,)}
_UNKNOWN = {404: (Code.FACTOR_NOT_FOUND,)}
_WRONG = {403: (Code.WRONG_PASSWORD,)}

ACCOUNT_SESSIONS_INDEX = Description("Account", Data[list[Session]])
REVOKE = Description("Account", Success, refusals={404: (Code.SESSION_NOT_FOUND,)}, one_of=("id", "others"))
LOG_IN_FORM = Description("Log-in", Data[CsrfToken])
LOG_IN = Description("Log-in", LoginStatus, refusals={401: (Code.INVALID_CREDENTIALS,)})
LOG_OUT_FORM = Description("Log-in", Data[CsrfToken])
LOG_OUT = Description("Log-in", Success)
SHOW = Description("Log-in", Data[SecondFactorKinds], refusals={401: (Code.SIGN_IN_EXPIRED,)})
COMPLETE = Description(
    "Log-in",
    LoginStatus,
    one_of=("code", "credential"),
    refusals={401: (Code.WRONG_CODE, Code.SIGN_IN_EXPIRED, *_PASSKEY), **_NO_HOST},
)
OPTIONS = Description("Log-in", Data[PasskeyOptions], refusals={401: (Code.SIGN_IN_EXPIRED,), **_NO_HOST})
SECOND_STEP_PASSKEY_OPTIONS = Description("Log-in", Data[PasskeyOptions], refusals=_NO_HOST)
PASSKEY = Description("Log-in", LoginStatus, refusals={401: _PASSKEY, **_NO_HOST})
FACTORS_INDEX = Description("Second factors", Data[SecondFactors])
RENAME = Description("Second factors", SuccessWith[SecondFactor], refusals=_UNKNOWN)
REMOVE = Description("Second factors", Success, refusals={**_WRONG, **_UNKNOWN, 409: (Code.FACTOR_NEEDED,)})
TOTP_FORM = Description("Second factors", Data[TotpSetup], refusals={409: (Code.TOTP_EXISTS,)})
TOTP_CONFIRM = Description(
    "Second factors", SecondFactorAdded, refusals={**_WRONG, 409: (Code.TOTP_EXISTS, Code.FACTOR_LIMIT)}
)
PASSKEY_FORM = Description("Second factors", Data[RelyingParty])
RECOVERY_CODES = Description("Second factors", Data[RecoveryCodesLeft])
FACTORS_PASSKEY_OPTIONS = Description(
    "Second factors",
    Data[PasskeyOptions],
    refusals={**_WRONG, 409: (Code.PASSKEYS_UNSUPPORTED, Code.FACTOR_LIMIT)},
)
PASSKEY_ADD = Description(
    "Second factors",
    SecondFactorAdded,
    refusals={409: (Code.PASSKEYS_UNSUPPORTED, Code.PASSKEY_EXISTS, Code.FACTOR_LIMIT)},
)
CREATE_RECOVERY_CODES = Description(
    "Second factors", RecoveryCodes, refusals={**_WRONG, 409: (Code.NO_FACTOR,)}
)
