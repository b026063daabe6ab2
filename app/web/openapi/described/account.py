"""Descriptions of operations on accounts, sessions and mailed links."""

from app.services.accounts import email_change, password_reset, profile, registration
from app.services.core import last_super_admin
from app.services.login import passwords
from app.web.json_types import (
    Account,
    AddressAgreed,
    CsrfToken,
    Data,
    Done,
    DoneWith,
    LinkedAddress,
    Session,
    Told,
)
from app.web.openapi.operations import Described

_TAG = "Account"
_BY_KEY = "Insufficient permissions to manage the account"
_WRONG = {403: (profile.WRONG_PASSWORD,)}
_NOT_HELD = {403: (profile.PASSWORD_REQUIRED, profile.WRONG_PASSWORD)}
_NEW = {"minLength": passwords.SHORTEST, "maxLength": passwords.LONGEST}

OPERATIONS = {
    "account.index": Described(_TAG, Data[Account]),
    "account.update": Described(_TAG, DoneWith[Account], by_key=_BY_KEY),
    "account.change_password": Described(
        _TAG, Done, refusals=_WRONG, by_key=_BY_KEY, fields={"password": _NEW}
    ),
    "account.erase": Described(
        _TAG, Done, refusals={**_WRONG, 409: (last_super_admin.LAST_ADMIN,)}, by_key=_BY_KEY
    ),
    "account_email.request": Described(_TAG, Told, refusals=_WRONG, by_key=_BY_KEY),
    "account_email.confirm": Described(
        _TAG,
        AddressAgreed,
        refusals={**_NOT_HELD, 409: ("Address cannot be used",), 410: (email_change.ENDED,)},
    ),
    "account_sessions.index": Described(_TAG, Data[list[Session]], by_key=_BY_KEY),
    "account_sessions.revoke": Described(
        _TAG,
        Done,
        refusals={404: ("Session not found",)},
        by_key=_BY_KEY,
        one_of=("id", "others"),
        examples={"id": "session_123"},
    ),
    "accounts.register": Described(
        _TAG, Told, refusals={403: (registration.CLOSED,)}, fields={"password": _NEW}
    ),
    "confirmations.confirm": Described(
        _TAG, Done, refusals={**_NOT_HELD, 410: (registration.LINK_EXPIRED,)}, fields={"new_password": _NEW}
    ),
    "confirmations.show": Described(_TAG, Data[LinkedAddress], refusals={410: (registration.LINK_EXPIRED,)}),
    "accounts.register_form": Described(_TAG, Data[CsrfToken]),
    "account_email.confirm_form": Described(_TAG, Data[LinkedAddress]),
    "passwords.forgot_form": Described(_TAG, Data[CsrfToken]),
    "passwords.choose_form": Described(_TAG, Data[CsrfToken], refusals={410: (password_reset.LINK_EXPIRED,)}),
    "confirmations.resend": Described(_TAG, Done, by_key=_BY_KEY),
    "passwords.forgot": Described(_TAG, Told),
    "passwords.choose": Described(
        _TAG, Done, refusals={410: (password_reset.LINK_EXPIRED,)}, fields={"password": _NEW}
    ),
}
