"""The base class of fields with several values."""

from typing import Any, TypeVar

from app.base.codes import Code
from app.base.errors import InvalidInput
from app.web.forms.base_field import Field, Invalid, Missing

Item = TypeVar("Item")


class SeveralField(Field[list[Item]]):
    """A list of distinct values: a repeated form field, or a list in JSON."""

    def __init__(self, label: str, *about: str, most: int, too_many: str, **options: Any) -> None:
        """Set the maximum number of values, and the error for more."""
        super().__init__(label, *about, **options)
        self.most, self.too_many = most, too_many

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the list."""
        return {"type": "array", "minItems": 1, "maxItems": self.most, "items": {"type": "string"}}

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Store the raw list."""
        self.given = bool(valuelist)
        self.data = list(valuelist[0]) if self.given and isinstance(valuelist[0], list) else valuelist

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse an empty list first, then one that is too long, then invalid values."""
        if self.required and not self.data:
            raise Missing(Code.FIELD_REQUIRED, self.required)
        try:
            self.value = self.distinct(self.counted(self.data))
        except InvalidInput as error:
            raise Invalid(error.code, error.error) from error

    def counted(self, items: list[Any]) -> list[str]:
        """Return the distinct texts. Raises `InvalidInput` if there are too many or one is not text."""
        different = list(dict.fromkeys(self.checked(item).strip() for item in items))
        if len(different) > self.most:
            raise InvalidInput(Code.TOO_MANY_VALUES, self.too_many)
        return different

    def distinct(self, items: list[str]) -> list[Item]:
        """Return the parsed texts, each value once."""
        return [self.parse_item(item) for item in items]

    def parse_item(self, text: str) -> Item:
        """Return the value of one text. Raises `InvalidInput`."""
        raise NotImplementedError
