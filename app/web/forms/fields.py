"""Fields: what each kind of input takes, and what it means; the same for JSON, forms and queries."""

from typing import Any

from app.base.errors import InvalidInput
from app.base.permissions import Role
from app.text import email_addresses, names
from app.web.forms.base_field import Field

LONGEST_TEXT = 255
INVALID_ROLE = "Invalid role specified"


class TextField(Field[str]):
    """Any text that is not too long."""

    def parse(self, text: str) -> str:
        """Return the trimmed text."""
        if len(text) > LONGEST_TEXT:
            raise InvalidInput(f"{self.name} must be at most {LONGEST_TEXT} characters")
        return text.strip()


class NameField(Field[str]):
    """A name people read: trimmed, 1 to 100 visible characters, or none where it may be blank."""

    def __init__(
        self,
        label: str,
        *,
        missing: str,
        blank: bool = False,
        longest: int = names.NAME_LENGTH,
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
        return names.name(text, field=self.name, missing=self.missing, longest=self.longest)


class EmailField(Field[email_addresses.Address]):
    """An e-mail address."""

    def __init__(self, label: str = "Email address", **options: Any) -> None:
        """Answer `Invalid email format` to anything that is no address."""
        super().__init__(label, malformed=email_addresses.INVALID, **options)

    def parse(self, text: str) -> email_addresses.Address:
        """Return the address, as typed and as compared."""
        return email_addresses.parse(text, field=self.name)


class RoleField(Field[Role]):
    """One of the five roles, as written in the contract."""

    def __init__(self, label: str = "Role", **options: Any) -> None:
        """Answer `Invalid role specified` to anything else."""
        super().__init__(label, malformed=INVALID_ROLE, **options)

    def parse(self, text: str) -> Role:
        """Return the role; case matters."""
        if text not in set(Role):
            raise InvalidInput(INVALID_ROLE)
        return Role(text)


class UrlField(Field[str]):
    """An https address, or an empty text that removes one."""

    def parse(self, text: str) -> str:
        """Return the address, `""` for none."""
        return names.https_url(text, field=self.name) or ""


class SecretField(Field[str]):
    """A password or the token of a mailed link: kept as it is typed, never shown again."""

    def parse(self, text: str) -> str:
        """Return the text itself."""
        if len(text) > names.URL_LENGTH:
            raise InvalidInput(f"{self.name} is too long")
        return text


class NumberField(Field[int]):
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

    def __init__(self, *, required: str = "orgId is required", **options: Any) -> None:
        """Name the field as the contract does."""
        super().__init__("Organization", required=required, **{**options, "name": "orgId"})

    def parse(self, text: str) -> str:
        """Return the identifier; one that may be left out but is empty comes from an unset variable."""
        if not text.strip():
            raise InvalidInput("orgId must not be empty: leave it out")
        return super().parse(text)
