"""Fields for each kind of value, the same for JSON, forms and queries."""

from typing import Any

from app.base.errors import InvalidInput
from app.base.permissions import Role
from app.text import email_addresses, names
from app.web.forms.base_field import Field

LONGEST_TEXT = 255
INVALID_ROLE = "Invalid role specified"


class TextField(Field[str]):
    """Text of limited length."""

    def parse(self, text: str) -> str:
        """Return the trimmed text."""
        if len(text) > LONGEST_TEXT:
            raise InvalidInput(f"{self.name} must be at most {LONGEST_TEXT} characters")
        return text.strip()


class NameField(Field[str]):
    """A display name: trimmed, 1 to 100 visible characters, or empty if `blank`."""

    def __init__(
        self,
        label: str,
        *,
        missing: str,
        blank: bool = False,
        longest: int = names.NAME_LENGTH,
        **options: Any,
    ) -> None:
        """Set the error for a missing name; `blank` allows an empty one."""
        super().__init__(label, malformed=missing, **options)
        self.missing = missing
        self.blank = blank
        self.longest = longest

    def parse(self, text: str) -> str:
        """Return the trimmed name."""
        if self.blank and not text.strip():
            return ""
        return names.name(text, field=self.name, missing=self.missing, longest=self.longest)


class EmailField(Field[email_addresses.Address]):
    """An email address."""

    def __init__(self, label: str = "Email address", **options: Any) -> None:
        """Refuse any other value with `Invalid email format`."""
        super().__init__(label, malformed=email_addresses.INVALID, **options)

    def parse(self, text: str) -> email_addresses.Address:
        """Return the address."""
        return email_addresses.parse(text, field=self.name)


class RoleField(Field[Role]):
    """One of the five roles."""

    def __init__(self, label: str = "Role", **options: Any) -> None:
        """Refuse any other value with `Invalid role specified`."""
        super().__init__(label, malformed=INVALID_ROLE, **options)

    def parse(self, text: str) -> Role:
        """Return the role; case matters."""
        if text not in set(Role):
            raise InvalidInput(INVALID_ROLE)
        return Role(text)


class UrlField(Field[str]):
    """An https URL, or an empty text to remove one."""

    def parse(self, text: str) -> str:
        """Return the URL, `""` for none."""
        return names.https_url(text, field=self.name) or ""


class SecretField(Field[str]):
    """A password or the token of a mailed link: not trimmed, and never sent back."""

    def parse(self, text: str) -> str:
        """Return the text unchanged."""
        if len(text) > names.URL_LENGTH:
            raise InvalidInput(f"{self.name} is too long")
        return text


class NumberField(Field[int]):
    """A whole number within bounds, or none if `blank`."""

    def __init__(self, label: str, *, least: int, most: int, blank: bool = False, **options: Any) -> None:
        """Set the inclusive bounds; `blank` allows an empty text or JSON's null."""
        super().__init__(label, **options)
        self.least, self.most, self.blank = least, most, blank
        self.out_of_bounds = self.malformed = f"{self.name} must be a whole number from {least} to {most}"

    def checked(self, data: Any) -> str:
        """Convert a JSON number to text; JSON has only one number type, so `7.0` is 7."""
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
    """The identifier of an organization, which requests call `orgId`."""

    def __init__(self, *, required: str = "orgId is required", **options: Any) -> None:
        """Set the label and the name."""
        super().__init__("Organization", required=required, **{**options, "name": "orgId"})

    def parse(self, text: str) -> str:
        """Return the identifier. An empty one is refused: it is likely an unset variable."""
        if not text.strip():
            raise InvalidInput("orgId must not be empty: leave it out")
        return super().parse(text)
