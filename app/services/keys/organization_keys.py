"""The keys that act on an organization."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select

from app.base.codes import Code
from app.base.errors import NotFound, NotPermitted
from app.base.permissions import RULES, Action, Role, outranks
from app.models import Credential, CredentialKind, CredentialUse, Membership, User
from app.models.base import Moment
from app.services.core import views
from app.services.core.actors import Access, KeyRules
from app.services.core.paging import Keyset, Page
from app.services.keys import key_status
from app.services.keys.key_status import KeyState
from app.storage.database import AnyRow, db

PAGE = 100

_SINCE = bindparam("since", type_=Moment())
_ACTING = (
    select(
        Credential.id,
        Credential.user_id,
        Credential.name,
        Credential.prefix,
        Credential.role,
        Credential.organization_id,
        Credential.created_at,
        Credential.expires_at,
        Credential.revoked_at,
        func.coalesce(Credential.renewed_at, Credential.created_at).label("issued_at"),
        User.email,
        User.name.label("owner"),
        User.image_url,
        Membership.role.label("owner_role"),
        CredentialUse.last_used_at,
        CredentialUse.cut_off_at,
    )
    .join(User, User.id == Credential.user_id)
    .join(Membership, Membership.user_id == Credential.user_id)
    .outerjoin(
        CredentialUse,
        and_(
            CredentialUse.credential_id == Credential.id,
            CredentialUse.organization_id == Membership.organization_id,
        ),
    )
    .where(
        Membership.organization_id == bindparam("organization_id"),
        Membership.pending.is_(False),
        User.disabled_at.is_(None),
        Credential.kind == CredentialKind.KEY,
        or_(Credential.organization_id.is_(None), Credential.organization_id == Membership.organization_id),
        or_(Credential.revoked_at.is_(None), Credential.revoked_at > _SINCE),
        or_(CredentialUse.cut_off_at.is_(None), CredentialUse.cut_off_at > _SINCE),
    )
)
_LIST = Keyset(_ACTING, {"created_at": Credential.created_at, "id": Credential.id}, page=PAGE)
_ONE = _ACTING.where(Credential.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class OrganizationKey:
    """A key as the organization sees it. `last_used_at` is its last use in this organization."""

    id: str
    user_id: str
    email: str
    owner: str
    image_url: str | None
    name: str
    prefix: str
    role: Role
    organization_id: str | None
    created_at: datetime
    issued_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    state: KeyState
    removable: bool

    @property
    def display_name(self) -> str:
        """The owner's name, or their address if the name is empty."""
        return self.owner or self.email

    @property
    def over(self) -> bool:
        """Whether the key is revoked or blocked, so there is nothing left to block."""
        return self.state in {KeyState.REVOKED, KeyState.BLOCKED}


def in_organization(
    access: Access, *, most: int | None = None, cursor: str | None = None, ended: bool = False
) -> Page[OrganizationKey]:
    """List the keys that act on an organization, oldest first; `ended` adds recently ended ones."""
    page = _LIST.page_or_all(_values(access, ended=ended), limit=most, cursor=cursor)
    return page.of(lambda row: _key(access, row))


def refused_by(access: Access, rules: KeyRules) -> list[OrganizationKey]:
    """List the organization's working keys that a key policy would refuse.

    Keys that the current policy refuses already are included: they may work in other organizations.
    """
    working = {KeyState.ACTIVE, KeyState.LIMITED}
    return [
        key
        for key in in_organization(access).rows
        if key.state in working and not rules.accepts(key.issued_at, key.expires_at)
    ]


def get(access: Access, identifier: str) -> OrganizationKey:
    """Return a key that acts on the organization and that the actor may block.

    Raises `NotFound` if the key doesn't act on it, and `NotPermitted` if its owner outranks the actor.
    """
    row = db.execute(_ONE, {**_values(access, ended=False), "id": identifier}).first()
    if row is None:
        raise NotFound(Code.KEY_NOT_FOUND)
    if not outranks(access.role, Role(row.owner_role)):
        raise NotPermitted(Code.ROLE_TOO_HIGH, RULES[Action.KEYS_MANAGE].refusal)
    return _key(access, row)


def _values(access: Access, *, ended: bool) -> dict[str, Any]:
    since = key_status.shown_since(ended=ended)
    return {"organization_id": access.organization.id, "since": since}


def _key(access: Access, row: AnyRow) -> OrganizationKey:
    state = key_status.state_of(
        revoked_at=row.revoked_at,
        expires_at=row.expires_at,
        cut_off_at=row.cut_off_at,
        accepted=access.key_rules.accepts(row.issued_at, row.expires_at),
    )
    return views.of_row(
        OrganizationKey,
        row,
        role=Role(row.role),
        state=state,
        removable=access.may(Action.KEYS_MANAGE) and outranks(access.role, Role(row.owner_role)),
    )
