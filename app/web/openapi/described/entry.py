"""Descriptions of operations for signing in and out, and of probes."""

from app.services.login import passkeys, sessions
from app.web.json_types import CsrfToken, Data, Done, FactorsAsked, LoggedIn, PasskeyOptions
from app.web.openapi.operations import Described

_TAG, _HEALTH = "Log-in", "Health"
_NO_HOST = {409: ("Passkeys need HTTPS and a host name",)}
_EXPIRED = "The log-in has expired"

OPERATIONS = {
    "sessions.log_in_form": Described(_TAG, Data[CsrfToken]),
    "sessions.log_in": Described(_TAG, LoggedIn, refusals={401: (sessions.REFUSED,)}),
    "sessions.log_out_form": Described(_TAG, Data[CsrfToken]),
    "sessions.log_out": Described(_TAG, Done, examples={"next": "/organization/"}),
    "second_step.show": Described(_TAG, Data[FactorsAsked], refusals={401: (_EXPIRED,)}),
    "second_step.answer": Described(
        _TAG,
        LoggedIn,
        one_of=("code", "credential"),
        refusals={401: ("Invalid code", _EXPIRED, passkeys.INVALID, passkeys.EXPIRED), **_NO_HOST},
    ),
    "second_step.options": Described(_TAG, Data[PasskeyOptions], refusals={401: (_EXPIRED,), **_NO_HOST}),
    "second_step.passkey_options": Described(_TAG, Data[PasskeyOptions], refusals=_NO_HOST),
    "second_step.passkey": Described(
        _TAG, LoggedIn, refusals={401: (passkeys.INVALID, passkeys.EXPIRED), **_NO_HOST}
    ),
    "health.healthz": Described(_HEALTH, Done),
    "health.readyz": Described(_HEALTH, Done),
}
