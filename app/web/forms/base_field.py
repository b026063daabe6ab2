"""What every field has: the type of its value, and the order in which it is judged."""

from typing import Any, Generic, TypeVar, cast

from wtforms import Field as FormField
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from app.base.errors import InvalidInput

T = TypeVar("T")


class Missing(StopValidation):
    """A required field is absent; that is said before anything about syntax."""


class Field(FormField, Generic[T]):
    """A field that has to be there. `value` is what it means; `data` is what was typed, to show it again."""

    widget = TextInput()
    # None until the form was filled, and after a refusal: only what draws the form again sees that.
    value: T = cast("Any", None)
    given = False
    absent = False

    @classmethod
    def optional(cls: "type[Field[T]]", *arguments: Any, **options: Any) -> "Field[T | None]":
        """Make a field that may be left out; `value` is None then."""
        return cast("Field[T | None]", cls(*arguments, **{**options, "required": None}))

    def __init__(
        self,
        label: str,
        *,
        required: str,
        malformed: str | None = None,
        null_for_none: bool = False,
        **options: Any,
    ) -> None:
        """Take the text for an absent field, and the text for one that is no text.

        With `null_for_none`, JSON must say null for "none": an empty text is more likely an unset variable.
        """
        super().__init__(label, **options)
        self.null_for_none = self.strict = null_for_none
        self.required: str | None = required
        self.malformed = malformed

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was sent; JSON's null is an empty text."""
        self.given = bool(valuelist)
        self.data = ("" if valuelist[0] is None else valuelist[0]) if valuelist else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse absence first, then what is no text, then what the field's own rule refuses."""
        if self.required and (self.data is None or (isinstance(self.data, str) and not self.data.strip())):
            self.absent = True
            raise Missing(self.required)
        if not self.given:
            return
        try:
            self.value = cast("T", self.parse(self.checked(self.data)))
        except InvalidInput as error:
            raise StopValidation(error.error) from error

    def refuse_empty(self, sent: Any) -> None:
        """Raise `InvalidInput` for an empty text in JSON where only null may say "none"."""
        if isinstance(sent, str) and not sent.strip():
            message = "Send null for none."
            raise InvalidInput(f"{self.name} must not be empty", message=message, field=self.name)

    def checked(self, data: Any) -> str:
        """Return the data if it is text that can be stored, or raise."""
        if not isinstance(data, str):
            raise InvalidInput(self.malformed or f"{self.name} must be text")
        if "\0" in data or any("\ud800" <= character <= "\udfff" for character in data):
            raise InvalidInput(self.malformed or f"{self.name} has characters that cannot be stored")
        return data

    def parse(self, text: str) -> T | None:
        """Return what the text means, None for a blank that means nothing; raise `InvalidInput`."""
        raise NotImplementedError
