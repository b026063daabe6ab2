"""The field that carries what a browser answers about a passkey."""

import json
from typing import Any

from app.base.errors import InvalidInput
from app.services.login.passkeys import Answer
from app.web.forms.base_field import Field


class CredentialField(Field[Answer]):
    """What a browser answers about a passkey: a JSON object, which a form carries as text."""

    def checked(self, data: Any) -> str:
        """Take a JSON object as it would be written in a form."""
        return super().checked(json.dumps(data) if isinstance(data, dict) else data)

    def parse(self, text: str) -> Answer | None:
        """Return the object, None for a blank text."""
        if not text.strip():
            return None
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise InvalidInput(f"{self.name} must be a JSON object")
        return found
