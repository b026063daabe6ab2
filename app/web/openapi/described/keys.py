"""Descriptions of operations on API keys and key policies."""

from app.base.permissions import NO_ACCESS, RULES, Action
from app.services.accounts import profile
from app.services.core import quotas
from app.services.keys import keys
from app.services.login import pending_logins
from app.web.json_types import (
    Data,
    Done,
    DoneWith,
    Key,
    KeyRules,
    OrganizationKey,
    Page,
    PolicyEffect,
    ToldKey,
)
from app.web.openapi.operations import Described

_MINE, _OURS = "API keys", "Keys of an organization"
_BY_KEY = RULES[Action.KEYS_MANAGE].refusal
_PROOF = (profile.PASSWORD_REQUIRED, profile.WRONG_PASSWORD, pending_logins.WRONG_CODE)
_UNKNOWN = {404: (keys.UNKNOWN,)}

OPERATIONS = {
    "keys.index": Described(_MINE, Data[list[Key]]),
    "keys.create": Described(
        _MINE,
        DoneWith[ToldKey],
        refusals={403: (NO_ACCESS, *_PROOF), 409: (quotas.KEYS,)},
        by_key=_BY_KEY,
    ),
    "keys.change": Described(
        _MINE,
        DoneWith[ToldKey],
        refusals={403: (NO_ACCESS, *_PROOF), **_UNKNOWN},
        by_key=_BY_KEY,
        one_of=("name", "regenerate"),
    ),
    "keys.revoke": Described(_MINE, Done, refusals=_UNKNOWN, by_key=_BY_KEY),
    "organization_keys.index": Described(_OURS, Page[OrganizationKey]),
    "organization_keys.cut_off": Described(_OURS, Done, refusals=_UNKNOWN, by_key=_BY_KEY),
    "organization_keys.policy": Described(_OURS, PolicyEffect),
    "organization_keys.change_policy": Described(_OURS, DoneWith[KeyRules], by_key=_BY_KEY),
}
