"""Descriptions of operations on received invitations."""

from app.services.members.received_invitations import Ending
from app.web.json_types import Data, Done, Joined, MailedOffer, Offer
from app.web.openapi.operations import Described

_TAG = "Invitations"
_BY_KEY = "Invitations can only be answered in the portal"
_UNKNOWN = {404: (Ending.UNKNOWN.error,)}
_OVER = {
    410: tuple(ending.error for ending in Ending if ending not in {Ending.WRONG_ACCOUNT, Ending.UNKNOWN})
}
_ALREADY = {409: ("Member already exists in organization",)}

OPERATIONS = {
    "invitations.index": Described(_TAG, Data[list[Offer]], by_key=_BY_KEY),
    "invitations.accept": Described(
        _TAG,
        Joined,
        refusals={403: ("Confirm your email address first",), **_UNKNOWN, **_ALREADY, **_OVER},
        by_key=_BY_KEY,
    ),
    "invitations.decline": Described(_TAG, Done, refusals={**_UNKNOWN, **_ALREADY}, by_key=_BY_KEY),
    "invitations.link": Described(
        _TAG, Data[MailedOffer], refusals={403: (Ending.WRONG_ACCOUNT.error,), **_UNKNOWN, **_OVER}
    ),
    "invitations.accept_link": Described(
        _TAG,
        Joined,
        refusals={403: (Ending.WRONG_ACCOUNT.error,), **_UNKNOWN, **_ALREADY, **_OVER},
        by_key=_BY_KEY,
    ),
    "invitations.decline_link": Described(
        _TAG,
        Done,
        refusals={403: (Ending.WRONG_ACCOUNT.error,), **_UNKNOWN, **_ALREADY, **_OVER},
        by_key=_BY_KEY,
    ),
}
