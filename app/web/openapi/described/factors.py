"""Descriptions of operations on second factors."""

from app.services.accounts import profile
from app.services.login import second_factors
from app.web.json_types import (
    CodesLeft,
    Data,
    Done,
    DoneWith,
    Factor,
    FactorAdded,
    Factors,
    PasskeyOptions,
    RecoveryCodes,
    RelyingParty,
    TotpSetUp,
)
from app.web.openapi.operations import Described

_TAG = "Second factors"
_BY_KEY = "Second factors can only be managed in the portal"
_NO_HOST = "Passkeys need HTTPS and a host name"
_TOO_MANY = "You have too many second factors"
_WRONG = {403: (profile.WRONG_PASSWORD,)}
_UNKNOWN = {404: (second_factors.UNKNOWN,)}

OPERATIONS = {
    "factors.index": Described(_TAG, Data[Factors], by_key=_BY_KEY),
    "factors.rename": Described(
        _TAG, DoneWith[Factor], refusals=_UNKNOWN, by_key=_BY_KEY, examples={"id": "factor_123"}
    ),
    "factors.remove": Described(
        _TAG,
        Done,
        refusals={**_WRONG, **_UNKNOWN, 409: ("An organization requires a second factor",)},
        by_key=_BY_KEY,
        examples={"id": "factor_123"},
    ),
    "factors.totp_form": Described(
        _TAG, Data[TotpSetUp], refusals={409: ("An authenticator app is already set up",)}, by_key=_BY_KEY
    ),
    "factors.totp_confirm": Described(
        _TAG,
        FactorAdded,
        refusals={**_WRONG, 409: ("An authenticator app is already set up", _TOO_MANY)},
        by_key=_BY_KEY,
    ),
    "factors.passkey_form": Described(_TAG, Data[RelyingParty], by_key=_BY_KEY),
    "factors.codes_form": Described(_TAG, Data[CodesLeft], by_key=_BY_KEY),
    "factors.passkey_options": Described(
        _TAG, Data[PasskeyOptions], refusals={**_WRONG, 409: (_NO_HOST, _TOO_MANY)}, by_key=_BY_KEY
    ),
    "factors.passkey_add": Described(
        _TAG,
        FactorAdded,
        refusals={409: (_NO_HOST, "This passkey is already registered", _TOO_MANY)},
        by_key=_BY_KEY,
    ),
    "factors.codes_make": Described(
        _TAG, RecoveryCodes, refusals={**_WRONG, 409: ("Set up a second factor first",)}, by_key=_BY_KEY
    ),
}
