"""API keys, and what organizations see and demand of them."""

from typing import NotRequired, TypedDict

from app.base.permissions import Role
from app.services.keys.key_status import KeyState
from app.web.json_types.texts import Email, KeyId, Moment, OrganizationId, UserId


class Key(TypedDict):
    """An API key; `role` is its ceiling, without `org_id` it reaches every organization of its owner."""

    id: KeyId
    name: str
    prefix: str
    role: Role
    org_id: OrganizationId | None
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None


class ToldKey(Key):
    """A key with its secret, where that is new: it is told this once."""

    key: NotRequired[str]


class OrganizationKey(Key):
    """A key as an organization sees it: whose it is, how it stands, its last use there."""

    uid: UserId
    email: Email
    state: KeyState


class KeyRules(TypedDict):
    """What an organization demands of keys."""

    max_days: int | None
    expiry_required: bool


class PolicyEffect(TypedDict):
    """A policy, and the keys that it, or the one in the query, shuts out."""

    data: KeyRules
    shut_out: list[OrganizationKey]
