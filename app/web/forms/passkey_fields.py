"""The field for a browser's response about a passkey."""

import json
from typing import Any, ClassVar

from app.base.codes import Code
from app.base.errors import InvalidInput
from app.services.login.passkeys import Answer
from app.web.forms.base_field import Field


class CredentialField(Field[Answer]):
    """A browser's WebAuthn response: a JSON object, which forms send as text."""

    keywords: ClassVar = {"type": "object"}
    nullable = True
    about = "The browser's WebAuthn response."
    example: Any = {"id": "…", "rawId": "…", "type": "public-key", "response": {}}  # noqa: RUF012 - read only

    def checked(self, data: Any) -> str:
        """Convert a JSON object to text, as a form would send it."""
        return super().checked(json.dumps(data) if isinstance(data, dict) else data)

    def parse(self, text: str) -> Answer | None:
        """Return the object, None for a blank text. Raises `InvalidInput`."""
        if not text.strip():
            return None
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError):
            parsed = None
        if not isinstance(parsed, dict):
            raise InvalidInput(Code.WRONG_TYPE, f"{self.name} must be a JSON object")
        return parsed
