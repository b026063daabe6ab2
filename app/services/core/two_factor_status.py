"""SQL expressions: whether a user has a second factor, and from when an organization requires one."""

from sqlalchemy import ColumnElement, and_, case, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from app.models import Factor, Membership, Organization


def has_second_factor(user_id: InstrumentedAttribute[str] | str) -> ColumnElement[bool]:
    """Return the SQL condition that a user, given as a column or a value, has a second factor."""
    return exists(select(Factor.id).where(Factor.user_id == user_id).correlate_except(Factor))


# When the member must have a second factor; null if none is required or they have one.
FACTOR_DUE = case(
    (
        and_(Organization.second_factor_from.is_not(None), ~has_second_factor(Membership.user_id)),
        Organization.second_factor_from,
    )
)
