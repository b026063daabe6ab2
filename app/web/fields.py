"""Fields: what each kind of input takes, and what it means; the same for JSON, forms and queries."""

from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from app import addresses, texts
from app.errors import InvalidInput
from app.permissions import Role

LONGEST_TEXT = 255
INVALID_ROLE = "Invalid role specified"


class Missing(StopValidation):
    """A required field is absent; that is said before anything about syntax."""


class TextField(Field):
    """A field of text. `value` is what it means; `data` is what was typed, to show it again."""

    widget = TextInput()
    value: Any = None
    given = False
    absent = False

    def __init__(
        self,
        label: str,
        *,
        required: str | None = None,
        malformed: str | None = None,
        null_for_none: bool = False,
        **options: Any,
    ) -> None:
        """Take the text for an absent field, if it may not be, and the text for one that is no text.

        With `null_for_none`, JSON must say null for "none": an empty text is more likely an unset variable.
        """
        super().__init__(label, **options)
        self.null_for_none = self.strict = null_for_none
        self.required = required
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
            self.value = self.parse(self.checked(self.data))
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

    def parse(self, text: str) -> Any:
        """Return what the text means, or raise `InvalidInput`."""
        if len(text) > LONGEST_TEXT:
            raise InvalidInput(f"{self.name} must be at most {LONGEST_TEXT} characters")
        return text.strip()


class NameField(TextField):
    """A name people read: trimmed, 1 to 100 visible characters, or none where it may be blank."""

    def __init__(
        self,
        label: str,
        *,
        missing: str,
        blank: bool = False,
        longest: int = texts.NAME_LENGTH,
        **options: Any,
    ) -> None:
        """Take the text for a missing name; `blank` allows an empty one."""
        super().__init__(label, malformed=missing, **options)
        self.missing = missing
        self.blank = blank
        self.longest = longest

    def parse(self, text: str) -> str:
        """Return the trimmed name."""
        if self.blank and not text.strip():
            return ""
        return texts.name(text, field=self.name, missing=self.missing, longest=self.longest)


class EmailField(TextField):
    """An e-mail address."""

    def __init__(self, label: str = "Email address", **options: Any) -> None:
        """Answer `Invalid email format` to anything that is no address."""
        super().__init__(label, malformed=addresses.INVALID, **options)

    def parse(self, text: str) -> addresses.Address:
        """Return the address, as typed and as compared."""
        return addresses.parse(text, field=self.name)


class RoleField(TextField):
    """One of the five roles, as written in the contract."""

    def __init__(self, label: str = "Role", **options: Any) -> None:
        """Answer `Invalid role specified` to anything else."""
        super().__init__(label, malformed=INVALID_ROLE, **options)

    def parse(self, text: str) -> Role:
        """Return the role; case matters."""
        if text not in set(Role):
            raise InvalidInput(INVALID_ROLE)
        return Role(text)


class UrlField(TextField):
    """An https address, or an empty text that removes one."""

    def parse(self, text: str) -> str:
        """Return the address, `""` for none."""
        return texts.https_url(text, field=self.name) or ""


class SecretField(TextField):
    """A password or the token of a mailed link: kept as it is typed, never shown again."""

    def parse(self, text: str) -> str:
        """Return the text itself."""
        if len(text) > texts.URL_LENGTH:
            raise InvalidInput(f"{self.name} is too long")
        return text


class NumberField(TextField):
    """A whole number within bounds, or none where it may be blank."""

    def __init__(self, label: str, *, least: int, most: int, blank: bool = False, **options: Any) -> None:
        """Take the bounds, both allowed; `blank` allows an empty text or JSON's null."""
        super().__init__(label, **options)
        self.least, self.most, self.blank = least, most, blank
        self.out_of_bounds = self.malformed = f"{self.name} must be a whole number from {least} to {most}"

    def checked(self, data: Any) -> str:
        """Take a JSON number as it would be written in a form; JSON has one kind, so `7.0` is 7."""
        whole = int(data) if isinstance(data, float) and data.is_integer() else data
        return str(whole) if type(whole) is int else super().checked(data)

    def parse(self, text: str) -> int | None:
        """Return the number, None for a blank."""
        digits = text.strip()
        if self.blank and not digits:
            return None
        if digits.isascii() and digits.isdigit() and len(digits) < len(str(self.most)) + 1:
            number = int(digits)
            if self.least <= number <= self.most:
                return number
        raise InvalidInput(self.out_of_bounds)


class OrganizationField(TextField):
    """The identifier of an organization, which every operation inside one names `orgId`."""

    def __init__(self, *, required: str | None = "orgId is required", **options: Any) -> None:
        """Name the field as the contract does."""
        super().__init__("Organization", required=required, **{**options, "name": "orgId"})

    def parse(self, text: str) -> str:
        """Return the identifier; one that may be left out but is empty comes from an unset variable."""
        if not text.strip():
            raise InvalidInput("orgId must not be empty: leave it out")
        return str(super().parse(text))
