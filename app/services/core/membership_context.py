"""The columns and joins that add an actor's membership context to a statement."""

from typing import Any

from sqlalchemy import Select, and_, select

from app.base.permissions import Role
from app.models import CredentialUse, KeyPolicy, Membership, Organization
from app.services.core import two_factor_status, views
from app.services.core.actors import KeyRules, MembershipContext, OrganizationView
from app.storage.database import AnyRow

_PREFIX = "org_"  # other columns of the statements have the same names
_COLUMNS = (
    *(one.label(_PREFIX + one.key) for one in views.columns(OrganizationView, Organization)),
    Membership.role.label("member_role"),
    Membership.last_active_at,
    CredentialUse.last_used_at.label("used_here_at"),
    CredentialUse.cut_off_at,
    KeyPolicy.max_days,
    KeyPolicy.expiry_required,
    two_factor_status.FACTOR_DUE.label("factor_due"),
)


def selected(*columns: Any) -> Select[Any]:
    """Return a statement that selects these columns and those of a membership context."""
    statement: Select[Any] = select(*columns, *_COLUMNS)
    return statement


def with_terms(statement: Select[Any], credential_id: Any) -> Select[Any]:
    """Join the organization's key policy and its use of the credential to a statement with memberships."""
    used_here = and_(
        CredentialUse.organization_id == Membership.organization_id,
        CredentialUse.credential_id == credential_id,
    )
    return statement.outerjoin(CredentialUse, used_here).outerjoin(
        KeyPolicy, KeyPolicy.organization_id == Membership.organization_id
    )


def read(row: AnyRow) -> MembershipContext | None:
    """Return the membership context in a row with these columns, or None if the row has no membership."""
    if row.org_id is None:
        return None
    return MembershipContext(
        views.of_row(OrganizationView, row, prefix=_PREFIX),
        Role(row.member_role),
        row.last_active_at,
        last_used_at=row.used_here_at,
        blocked=row.cut_off_at is not None,
        key_rules=KeyRules(row.max_days, bool(row.expiry_required)),
        factor_due=row.factor_due,
    )
