"""Questions in a form or in JSON: a yes or a no."""

from typing import Any

from app.base.errors import InvalidInput
from app.web.forms.base_field import Field

_ANSWERS = {"true": True, "1": True, "on": True, "false": False, "0": False, "": False}


class YesNoField(Field[bool]):
    """A yes or a no: `true` and `false` in JSON, and what forms send for them; there a blank is a no."""

    def __init__(self, label: str, *, explicit: bool = False, **options: Any) -> None:
        """Take whether JSON must say `false` for a no, because a no leaves more access than a yes."""
        super().__init__(label, **options)
        self.explicit = self.strict = explicit

    def refuse_empty(self, sent: Any) -> None:
        """Raise `InvalidInput` for null or a blank in JSON: an unset variable must not lift a protection."""
        if sent is None or (isinstance(sent, str) and not sent.strip()):
            raise InvalidInput(f"{self.name} must be true or false", field=self.name)

    def checked(self, data: Any) -> str:
        """Take a JSON boolean as it would be written in a form."""
        if not isinstance(data, bool | str):
            raise InvalidInput(f"{self.name} must be true or false")
        return super().checked(str(data).lower() if isinstance(data, bool) else data)

    def parse(self, text: str) -> bool:
        """Return what it means; any other text is neither, so that no typing error becomes a yes."""
        answer = _ANSWERS.get(text)
        if answer is None:
            raise InvalidInput(f"{self.name} must be true or false")
        return answer
