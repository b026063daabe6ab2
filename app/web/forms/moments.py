"""Fields for moments: a date, or a date with its time and zone as RFC 3339 writes it."""

import re
from datetime import UTC, datetime, timedelta

from app.base.errors import InvalidInput
from app.web.forms.base_field import Field

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class SinceField(Field[datetime]):
    """The first moment that counts; blank for all."""

    def parse(self, text: str) -> datetime | None:
        """Return the moment itself; a date begins at midnight, UTC."""
        return self.read(text.strip(), timedelta(), timedelta()) if text.strip() else None

    def read(self, text: str, whole_day: timedelta, whole_second: timedelta) -> datetime:
        """Return a moment, moved by a day or a second, depending on how exactly it is given."""
        try:
            if _DATE.fullmatch(text):
                return datetime.fromisoformat(text).replace(tzinfo=UTC) + whole_day
            if _MOMENT.fullmatch(text):
                return (datetime.fromisoformat(text.upper()) + whole_second).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise InvalidInput(
            f"{self.name} must be a date like 2026-11-30 or a moment like 2026-11-30T09:00:00Z"
        )


class UntilField(SinceField):
    """The last moment that counts; blank for all."""

    def parse(self, text: str) -> datetime | None:
        """Return the moment behind it: a date counts to its end, a second does too."""
        return self.read(text.strip(), timedelta(days=1), timedelta(seconds=1)) if text.strip() else None
