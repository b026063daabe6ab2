"""Fields for points in time: a date, or an RFC 3339 timestamp."""

import re
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from app.base.codes import Code
from app.base.errors import InvalidInput
from app.web.forms.base_field import Field

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class SinceField(Field[datetime]):
    """The start of a period, inclusive; blank for no limit."""

    keywords: ClassVar = {"anyOf": [{"format": "date"}, {"format": "date-time"}]}
    nullable = True

    def parse(self, text: str) -> datetime | None:
        """Return the time; a date means its midnight in UTC."""
        return self.read(text.strip(), timedelta(), timedelta()) if text.strip() else None

    def read(self, text: str, whole_day: timedelta, whole_second: timedelta) -> datetime:
        """Return the time, plus `whole_day` for a date, else plus `whole_second`. Raises `InvalidInput`."""
        try:
            if _DATE.fullmatch(text):
                return datetime.fromisoformat(text).replace(tzinfo=UTC) + whole_day
            if _MOMENT.fullmatch(text):
                return (datetime.fromisoformat(text.upper()) + whole_second).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise InvalidInput(
            Code.INVALID_DATE,
            f"{self.name} must be a date like 2026-11-30 or a moment like 2026-11-30T09:00:00Z",
        )


class UntilField(SinceField):
    """The end of a period, inclusive; blank for no limit."""

    def parse(self, text: str) -> datetime | None:
        """Return the exclusive end: the end of the given day or second."""
        return self.read(text.strip(), timedelta(days=1), timedelta(seconds=1)) if text.strip() else None
