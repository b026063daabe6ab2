"""The field that takes several values, and no more than a number of them."""

from typing import Any, TypeVar

from wtforms.validators import StopValidation

from app.base.errors import InvalidInput
from app.web.forms.base_field import Field, Missing

Item = TypeVar("Item")


class SeveralField(Field[list[Item]]):
    """Texts, one or more, each once: a repeated form field, or a list in JSON."""

    def __init__(self, label: str, *, most: int, too_many: str, **options: Any) -> None:
        """Take how many there may be, and the text for more."""
        super().__init__(label, **options)
        self.most, self.too_many = most, too_many

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the whole list."""
        self.given = bool(valuelist)
        self.data = list(valuelist[0]) if self.given and isinstance(valuelist[0], list) else valuelist

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse an empty list, then whatever is no text."""
        if self.required and not self.data:
            raise Missing(self.required)
        try:
            self.value = self.distinct(self.counted(self.data))
        except InvalidInput as error:
            raise StopValidation(error.error) from error

    def counted(self, items: list[Any]) -> list[str]:
        """Return the texts, each once, if they are not too many; that is judged before any is parsed."""
        different = list(dict.fromkeys(self.checked(item).strip() for item in items))
        if len(different) > self.most:
            raise InvalidInput(self.too_many)
        return different

    def distinct(self, items: list[str]) -> list[Item]:
        """Return what the texts mean, each once."""
        return [self.parse_item(item) for item in items]

    def parse_item(self, text: str) -> Item:
        """Return what one of the texts means, or raise `InvalidInput`."""
        raise NotImplementedError
