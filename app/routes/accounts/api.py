"""The JSON API of accounts: types of answers, and descriptions of operations."""

from typing import Literal, TypedDict

from app.base.clock import rfc3339
from app.base.codes import Code
from app.models import User
from app.services.login import passwords
from app.web.json_types import CsrfToken, Data, Message, Success, SuccessWith
from app.web.json_types.description import Description
from app.web.json_types.texts import Email, Moment, Url, UserId


class Account(TypedDict):
    """Your account. `confirmed` says whether the email address has been confirmed."""

    id: UserId
    email: Email
    name: str
    image_url: Url | None
    confirmed: bool
    created_at: Moment


class EmailLink(CsrfToken):
    """The email address that a mailed link belongs to, partly masked."""

    address: str | None


class EmailChangeConfirmed(TypedDict):
    """Confirms one side of an email change. `changed` is true once both sides have agreed."""

    status: Literal["OK"]
    changed: bool


def account(user: User) -> Account:
    """Return an account, for its owner."""
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "image_url": user.image_url,
        "confirmed": user.confirmed_at is not None,
        "created_at": rfc3339(user.created_at),
    }


_WRONG = {403: (Code.WRONG_PASSWORD,)}
_NEW = {"minLength": passwords.SHORTEST, "maxLength": passwords.LONGEST}
_NOT_HELD = {403: (Code.PASSWORD_REQUIRED, Code.WRONG_PASSWORD)}

INDEX = Description("Account", Data[Account])
UPDATE = Description("Account", SuccessWith[Account])
CHANGE_PASSWORD = Description("Account", Success, refusals=_WRONG, fields={"password": _NEW})
ERASE = Description("Account", Success, refusals={**_WRONG, 409: (Code.LAST_SUPER_ADMIN,)})
REQUEST = Description("Account", Message, refusals=_WRONG)
ACCOUNT_EMAIL_CONFIRM = Description(
    "Account",
    EmailChangeConfirmed,
    refusals={**_NOT_HELD, 409: (Code.EMAIL_UNUSABLE,), 410: (Code.EMAIL_CHANGE_EXPIRED,)},
)
REGISTER = Description(
    "Account", Message, refusals={403: (Code.REGISTRATION_CLOSED,)}, fields={"password": _NEW}
)
CONFIRMATIONS_CONFIRM = Description(
    "Account",
    Success,
    refusals={**_NOT_HELD, 410: (Code.CONFIRMATION_LINK_EXPIRED,)},
    fields={"new_password": _NEW},
)
SHOW = Description("Account", Data[EmailLink], refusals={410: (Code.CONFIRMATION_LINK_EXPIRED,)})
REGISTER_FORM = Description("Account", Data[CsrfToken])
CONFIRM_FORM = Description("Account", Data[EmailLink])
RESET_REQUEST_FORM = Description("Account", Data[CsrfToken])
RESET_FORM = Description("Account", Data[CsrfToken], refusals={410: (Code.RESET_LINK_EXPIRED,)})
RESEND = Description("Account", Success)
REQUEST_RESET = Description("Account", Message)
RESET = Description("Account", Success, refusals={410: (Code.RESET_LINK_EXPIRED,)}, fields={"password": _NEW})
