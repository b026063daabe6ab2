"""The JSON API of API keys: types of answers, and descriptions of operations."""

from datetime import datetime
from typing import NotRequired, TypedDict

from app.base.clock import rfc3339
from app.base.codes import Code
from app.base.permissions import Action, Role
from app.models import Credential
from app.services.core import actors
from app.services.keys import organization_keys
from app.services.keys.key_status import KeyState
from app.storage.database import AnyRow
from app.web.json_types import Data, Page, Success, SuccessWith
from app.web.json_types.description import Description
from app.web.json_types.texts import Email, KeyId, Moment, OrganizationId, UserId


class Key(TypedDict):
    """An API key. `role` is the highest role it can use. A null `org_id` means all organizations."""

    id: KeyId
    name: str
    prefix: str
    role: Role
    org_id: OrganizationId | None
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None


class KeyWithSecret(Key):
    """An API key with its secret in `key`, if the secret is new. The secret is returned only once."""

    key: NotRequired[str]


class OrganizationKey(Key):
    """An API key as an organization sees it. `last_used_at` is its last use in that organization."""

    uid: UserId
    email: Email
    state: KeyState


class KeyPolicy(TypedDict):
    """An organization's key policy. `max_days` is the longest lifetime, null for no limit."""

    max_days: int | None
    expiry_required: bool


class KeyPolicyEffect(TypedDict):
    """The current key policy. `shut_out` lists the keys refused by it, or by the one in the query."""

    data: KeyPolicy
    shut_out: list[OrganizationKey]


def key(found: Credential | organization_keys.OrganizationKey | AnyRow) -> Key:
    """Return a key without its secret, from a credential or a row with the same columns."""
    return {
        "id": found.id,
        "name": found.name,
        "prefix": found.prefix,
        "role": Role(found.role),
        "org_id": found.organization_id,
        "created_at": rfc3339(found.created_at),
        "expires_at": _moment(found.expires_at),
        "last_used_at": _moment(found.last_used_at),
    }


def organization_key(found: organization_keys.OrganizationKey) -> OrganizationKey:
    """Return a key as an organization sees it: with its owner, its state and its last use there."""
    return {**key(found), "uid": found.user_id, "email": found.email, "state": found.state}


def key_policy(rules: actors.KeyRules) -> KeyPolicy:
    """Return a key policy."""
    return {"max_days": rules.max_days, "expiry_required": rules.expiry_required}


def _moment(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None


_PROOF = {
    403: (Action.ORGANIZATION_READ, Code.PASSWORD_OR_CODE_REQUIRED, Code.WRONG_PASSWORD, Code.WRONG_CODE)
}
_UNKNOWN = {404: (Code.KEY_NOT_FOUND,)}

KEYS_INDEX = Description("API keys", Data[list[Key]])
CREATE = Description("API keys", SuccessWith[KeyWithSecret], refusals={**_PROOF, 409: (Code.KEY_LIMIT,)})
CHANGE = Description(
    "API keys", SuccessWith[KeyWithSecret], refusals={**_PROOF, **_UNKNOWN}, one_of=("name", "regenerate")
)
REVOKE = Description("API keys", Success, refusals=_UNKNOWN)
ORGANIZATION_KEYS_INDEX = Description("Keys of an organization", Page[OrganizationKey])
BLOCK = Description("Keys of an organization", Success, refusals=_UNKNOWN)
POLICY = Description("Keys of an organization", KeyPolicyEffect)
CHANGE_POLICY = Description("Keys of an organization", SuccessWith[KeyPolicy])
