"""Obligations: whether somebody has a second factor, and from when an organization insists on one."""

from sqlalchemy import ColumnElement, and_, case, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from app.models import Factor, Membership, Organization


def has_second_factor(user_id: InstrumentedAttribute[str] | str) -> ColumnElement[bool]:
    """Return the condition that the person a column or value names has a second factor."""
    return exists(select(Factor.id).where(Factor.user_id == user_id).correlate_except(Factor))


# When the person of a membership must have one: null where none is required, or they have one.
FACTOR_DUE = case(
    (
        and_(Organization.second_factor_from.is_not(None), ~has_second_factor(Membership.user_id)),
        Organization.second_factor_from,
    )
)
