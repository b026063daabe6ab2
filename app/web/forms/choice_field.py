"""The field for one of several fixed words."""

from enum import StrEnum
from typing import Any, TypeVar

from app.base.codes import Code
from app.base.errors import InvalidInput
from app.web.forms.base_field import Field

C = TypeVar("C", bound=StrEnum)


class ChoiceField(Field[C]):
    """One of the words of an enumeration; case matters. A form sends a blank for none of them."""

    blank = True

    malformed_code = Code.INVALID_CHOICE

    def __init__(self, label: str, *about: str, of: type[C], **options: Any) -> None:
        """Set the enumeration."""
        super().__init__(label, *about, **options)
        self.of = of
        self.example = next(iter(of)).value
        self.malformed = f"{self.name} must be one of {', '.join(of)}"

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the words."""
        return {"type": "string", "enum": [choice.value for choice in self.of]}

    def parse(self, text: str) -> C | None:
        """Return the choice, None for a blank. Raises `InvalidInput` for any other text."""
        if not text:
            return None
        if text not in set(self.of):
            raise InvalidInput(Code.INVALID_CHOICE, str(self.malformed))
        return self.of(text)
