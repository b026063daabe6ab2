"""Fields for pages of lists."""

from typing import Any, ClassVar

from app.web.forms.fields import NumberField, TextField


class LimitField(NumberField):
    """The maximum length of a page of a list."""

    about = "The maximum number of items to return."
    example = 100

    def __init__(self, label: str = "Limit", **options: Any) -> None:
        """Set the bounds."""
        super().__init__(label, least=1, most=1000, **options)


class CursorField(TextField):
    """The position in a list at which the next page begins."""

    keywords: ClassVar = {"format": "cursor"}
    longest = 1000  # it may contain a name
    about = "The `next_cursor` of the previous page."
    example = "MjAyNC0wMS0wMVQwMDowMDowMCswMDowMCAx"
