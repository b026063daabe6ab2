"""Changes of single fields: what was given, what differs, and what the audit log says about it."""

from collections.abc import Mapping

from app.models import Base

Values = dict[str, str | None]


def apply(row: Base, given: Mapping[str, str | None]) -> tuple[Values, Values]:
    """Set the given fields of a row that differ; return their old and their new values.

    None leaves a field as it is. An empty text becomes null where the column allows that.
    """
    nullable = {column.key for column in row.__table__.columns if column.nullable}
    wanted = {
        name: value or None if name in nullable else value
        for name, value in given.items()
        if value is not None
    }
    after = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in after}
    for name, value in after.items():
        setattr(row, name, value)
    return before, after
