"""Fields for uploads: the file, its version, and its expected checksum."""

import re
from typing import Any, ClassVar

from app.base.codes import Code
from app.base.errors import InvalidInput
from app.storage.blobs import Draft
from app.text import semver
from app.web.forms.base_field import Field, Missing

_CHECKSUM = re.compile(r"[0-9a-f]{64}", re.ASCII)


class VersionField(Field[str]):
    """A semantic version."""

    keywords: ClassVar = {"pattern": f"^{semver.PATTERN}$", "maxLength": semver.LENGTH}

    def parse(self, text: str) -> str:
        """Return the version. Raises `InvalidInput`."""
        return semver.parse(text, field=self.name)


class ChecksumField(Field[str]):
    """A SHA-256 checksum in hex, or none."""

    keywords: ClassVar = {"pattern": "^([0-9a-fA-F]{64})?$"}
    nullable = True
    about = "The expected SHA-256 checksum of the file in hex. If it differs, the upload is refused."
    example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

    def parse(self, text: str) -> str | None:
        """Return the digits in lower case, None for a blank text. Raises `InvalidInput`."""
        digits = text.strip().lower()
        if digits and not _CHECKSUM.fullmatch(digits):
            raise InvalidInput(Code.INVALID_CHECKSUM, f"{self.name} must be 64 hexadecimal digits")
        return digits or None


class FileField(Field[Draft]):
    """An uploaded file; `value` is its draft once it has arrived."""

    keywords: ClassVar = {"format": "binary", "minLength": 1}
    about = "The file. Send it after the other fields, so that errors are returned before it is read."
    example = "(the contents of the file)"

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse a missing file, and text in its place."""
        if self.data is None or isinstance(self.data, str):
            raise Missing(Code.FIELD_REQUIRED, self.required or "")
        if isinstance(self.data, Draft):
            self.value = self.data
