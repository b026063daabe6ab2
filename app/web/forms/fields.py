"""Fields for each kind of value, the same for JSON, forms and queries."""

from typing import Any, ClassVar

from app.base.codes import Code
from app.base.error_texts import TEXTS
from app.base.errors import InvalidInput
from app.base.permissions import Role
from app.text import email_addresses, names
from app.web.forms.base_field import NOT_BLANK, STORABLE, Field

LONGEST_TEXT = 255
INVALID_ROLE = TEXTS[Code.INVALID_ROLE]
INVALID_EMAIL = TEXTS[Code.INVALID_EMAIL]
_HTTPS = r"^(https://[A-Za-z0-9._~-]+(:[0-9]{1,4})?([/?#][!#$%&()*+,./0-9:;=?A-Z_a-z~-]*)?)?$"


class TextField(Field[str]):
    """Text of limited length."""

    longest = LONGEST_TEXT
    nullable = True

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the text."""
        text = {"minLength": 1, "pattern": NOT_BLANK} if self.required else {"pattern": STORABLE}
        return {"type": "string", **text, "maxLength": self.longest, **self.keywords}

    def parse(self, text: str) -> str:
        """Return the trimmed text."""
        if len(text) > self.longest:
            raise InvalidInput(Code.TOO_LONG, f"{self.name} must be at most {self.longest} characters")
        return text.strip()


class NameField(Field[str]):
    """A display name: trimmed, 1 to 100 visible characters, or empty if `blank`."""

    about = "The name."
    example = "New Organization"

    def __init__(
        self,
        label: str,
        *about: str,
        missing: str = "Name is required",
        blank: bool = False,
        longest: int = names.NAME_LENGTH,
        **options: Any,
    ) -> None:
        """Set the error for a missing name; `blank` allows an empty one."""
        super().__init__(label, *about, **{"malformed": missing, "required": missing, **options})
        self.missing = missing
        self.blank = blank
        self.code = self.malformed_code = Code.INVALID_TEXT if blank else Code.FIELD_REQUIRED
        self.longest = longest

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the name, whose characters a pattern cannot describe."""
        least = {} if self.blank else {"minLength": 1}
        return {"type": "string", **least, "maxLength": self.longest, "format": "name"}

    def parse(self, text: str) -> str:
        """Return the trimmed name."""
        if self.blank and not text.strip():
            return ""
        return names.name(text, field=self.name, missing=self.missing, longest=self.longest, code=self.code)


class EmailField(Field[email_addresses.Address]):
    """An email address."""

    keywords: ClassVar = {"format": "idn-email"}
    about = "The email address."
    example = "newmember@example.com"

    malformed_code = Code.INVALID_EMAIL

    def __init__(self, label: str = "Email address", *about: str, **options: Any) -> None:
        """Refuse any other value with `Invalid email format`."""
        errors = {"malformed": INVALID_EMAIL, "required": "Email is required"}
        super().__init__(label, *about, **{**errors, **options})

    def parse(self, text: str) -> email_addresses.Address:
        """Return the address."""
        return email_addresses.parse(text, field=self.name)


class RoleField(Field[Role]):
    """One of the five roles."""

    keywords: ClassVar = {"enum": [str(role) for role in Role]}
    about = "The role."
    example = "write"

    malformed_code = Code.INVALID_ROLE

    def __init__(self, label: str = "Role", *about: str, **options: Any) -> None:
        """Refuse any other value with `Invalid role specified`."""
        super().__init__(label, *about, malformed=INVALID_ROLE, **options)

    def parse(self, text: str) -> Role:
        """Return the role; case matters."""
        if text not in set(Role):
            raise InvalidInput(Code.INVALID_ROLE)
        return Role(text)


class UrlField(Field[str]):
    """An https URL, or an empty text to remove one."""

    keywords: ClassVar = {"pattern": _HTTPS, "maxLength": names.URL_LENGTH}
    nullable = True

    def parse(self, text: str) -> str:
        """Return the URL, `""` for none."""
        return names.https_url(text, field=self.name) or ""


class SecretField(TextField):
    """A password or the token of a mailed link: not trimmed, and never sent back."""

    keywords: ClassVar = {"format": "password"}
    longest = names.URL_LENGTH
    about = "The password of the account."
    example = "correct horse battery"

    def __init__(self, label: str, *about: str, **options: Any) -> None:
        """Set the error for a missing password."""
        super().__init__(label, *about, **{"required": "Password is required", **options})

    def parse(self, text: str) -> str:
        """Return the text unchanged."""
        if len(text) > self.longest:
            raise InvalidInput(Code.TOO_LONG, f"{self.name} is too long")
        return text


class NumberField(Field[int]):
    """A whole number within bounds, or none if `blank`."""

    malformed_code = Code.INVALID_NUMBER

    def __init__(
        self, label: str, *about: str, least: int, most: int, blank: bool = False, **options: Any
    ) -> None:
        """Set the inclusive bounds; `blank` allows an empty text or JSON's null."""
        super().__init__(label, *about, **options)
        self.least, self.most, self.blank = least, most, blank
        self.out_of_bounds = self.malformed = f"{self.name} must be a whole number from {least} to {most}"

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the number."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

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
        raise InvalidInput(Code.INVALID_NUMBER, self.out_of_bounds)


class OrganizationField(TextField):
    """The identifier of an organization, which requests call `orgId`."""

    nullable = False
    about = "The ID of the organization."
    example = "org_123"

    def __init__(self, **options: Any) -> None:
        """Set the label and the name."""
        super().__init__("Organization", **{**options, "name": "orgId"})

    def parse(self, text: str) -> str:
        """Return the identifier. An empty one is refused: it is likely an unset variable."""
        if not text.strip():
            raise InvalidInput(Code.FIELD_EMPTY, "orgId must not be empty: leave it out")
        return super().parse(text)
