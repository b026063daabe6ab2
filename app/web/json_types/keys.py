"""JSON types of API keys and key policies."""

from typing import NotRequired, TypedDict

from app.base.permissions import Role
from app.services.keys.key_status import KeyState
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


class ToldKey(Key):
    """An API key with its secret in `key`, if the secret is new. The secret is returned only once."""

    key: NotRequired[str]


class OrganizationKey(Key):
    """An API key as an organization sees it. `last_used_at` is its last use in that organization."""

    uid: UserId
    email: Email
    state: KeyState


class KeyRules(TypedDict):
    """An organization's key policy. `max_days` is the longest lifetime, null for no limit."""

    max_days: int | None
    expiry_required: bool


class PolicyEffect(TypedDict):
    """The current key policy. `shut_out` lists the keys refused by it, or by the one in the query."""

    data: KeyRules
    shut_out: list[OrganizationKey]
