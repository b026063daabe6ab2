"""The base class of fields: the type of the value, and the order of checks."""

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar, cast

from wtforms import Field as FormField
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from app.base.codes import Code
from app.base.errors import InvalidInput

T = TypeVar("T")

# Text that can be stored, and text that is also not blank.
STORABLE = r"^[^\x00]*$"
# Python also strips the ASCII separators, which `\s` in JSON Schema does not match.
NOT_BLANK = r"^[^\x00]*[^\x00\s\x1c-\x1f\x85][^\x00]*$"


class Invalid(StopValidation):
    """A field is invalid. WTForms collects the refusals, and the form raises one of them."""

    def __init__(self, code: Code, error: str) -> None:
        """Set the code and the text of the refusal."""
        super().__init__(cast("str", InvalidInput(code, error)))


class Missing(Invalid):
    """A required field is missing, which is reported before any syntax error."""


class Field(FormField, Generic[T]):
    """A required field. `value` is the parsed value; `data` is the raw input, for drawing it again."""

    widget = TextInput()
    # For the specification: keywords of the schema, whether an optional field accepts JSON's null for "none",
    # and the description and example of a field whose form gives none.
    keywords: ClassVar[Mapping[str, Any]] = {}
    nullable = blank = explicit = False
    about = ""
    example: Any = "…"
    # None only until the form was filled, and after a refusal, where only redraw functions see it.
    value: T = cast("Any", None)
    given = False
    is_missing = False
    # The code of a malformed value, if the field has one of its own.
    malformed_code: Code | None = None

    @classmethod
    def optional(cls: "type[Field[T]]", *arguments: Any, **options: Any) -> "Field[T | None]":
        """Create a field that may be omitted; its `value` is then None."""
        return cast("Field[T | None]", cls(*arguments, **{**options, "required": None}))

    def __init__(
        self,
        label: str,
        description: str = "",
        *,
        required: str | None = "",
        malformed: str | None = None,
        null_for_none: bool = False,
        example: Any = None,
        **options: Any,
    ) -> None:
        """Set the errors for a missing value (None allows it) and for one that is not text.

        With `null_for_none`, JSON must send null for "none": an empty text is likely an unset variable.
        """
        super().__init__(label, description=description or self.about, **options)
        self.example = self.example if example is None else example
        self.null_for_none = self.strict = null_for_none
        self.required = f"{self.name} is required" if required == "" else required
        self.malformed = malformed

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value, as sent in a form or query."""
        return {"type": "string", **self.keywords}

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value, as sent in JSON."""
        schema = self.schema()
        if self.null_for_none and schema["type"] == "string":
            schema |= {"minLength": 1, "pattern": NOT_BLANK}
        if (self.nullable or self.blank) and not self.required and not self.explicit:
            schema["type"] = [schema["type"], "null"]
        return schema

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Store the raw input; JSON's null becomes an empty text."""
        self.given = bool(valuelist)
        self.data = ("" if valuelist[0] is None else valuelist[0]) if valuelist else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse a missing value first, then one that is not text, then one that the field cannot parse."""
        if self.required and (self.data is None or (isinstance(self.data, str) and not self.data.strip())):
            self.is_missing = True
            raise Missing(self.missing_code, self.required)
        if not self.given:
            return
        try:
            self.value = cast("T", self.parse(self.checked(self.data)))
        except InvalidInput as error:
            raise Invalid(error.code, error.error) from error

    def refuse_empty(self, sent: Any) -> None:
        """Raise `InvalidInput` for an empty text in JSON, where "none" must be null."""
        if isinstance(sent, str) and not sent.strip():
            message = "Send null for none."
            raise InvalidInput(
                Code.FIELD_EMPTY, f"{self.name} must not be empty", message=message, field=self.name
            )

    def checked(self, data: Any) -> str:
        """Return the data if it is text that can be stored. Raises `InvalidInput`."""
        if not isinstance(data, str):
            raise InvalidInput(
                self._malformed_code(Code.WRONG_TYPE), self.malformed or f"{self.name} must be text"
            )
        if "\0" in data or any("\ud800" <= character <= "\udfff" for character in data):
            error = self.malformed or f"{self.name} has characters that cannot be stored"
            raise InvalidInput(self._malformed_code(Code.INVALID_TEXT), error)
        return data

    @property
    def missing_code(self) -> Code:
        """The code of a missing value; some documented texts are the same as for a malformed one."""
        alike = self.required == self.malformed
        return (self.malformed_code if alike else None) or Code.FIELD_REQUIRED

    def _malformed_code(self, default: Code) -> Code:
        alike = self.required is not None and self.required == self.malformed
        return self.malformed_code or (Code.FIELD_REQUIRED if alike else default)

    def parse(self, text: str) -> T | None:
        """Return the parsed text, None for a blank one if that is allowed. Raises `InvalidInput`."""
        raise NotImplementedError
