"""The field for booleans."""

from typing import Any, ClassVar

from app.base.codes import Code
from app.base.errors import InvalidInput
from app.web.forms.base_field import Field

_ANSWERS = {"true": True, "1": True, "on": True, "false": False, "0": False, "": False}


class YesNoField(Field[bool]):
    """A boolean: `true` or `false` in JSON; forms may also send `1`, `on`, `0`, or a blank for false."""

    keywords: ClassVar = {"type": "boolean"}
    nullable = True
    example = True

    def __init__(self, label: str, *about: str, explicit: bool = False, **options: Any) -> None:
        """With `explicit`, JSON must send `false` rather than null or a blank."""
        super().__init__(label, *about, **options)
        self.explicit = self.strict = explicit

    def refuse_empty(self, sent: Any) -> None:
        """Raise `InvalidInput` for null or a blank in JSON, since an unset variable must not be a "no"."""
        if sent is None or (isinstance(sent, str) and not sent.strip()):
            raise InvalidInput(Code.WRONG_TYPE, f"{self.name} must be true or false", field=self.name)

    def checked(self, data: Any) -> str:
        """Convert a JSON boolean to text, as a form would send it."""
        if not isinstance(data, bool | str):
            raise InvalidInput(Code.WRONG_TYPE, f"{self.name} must be true or false")
        return super().checked(str(data).lower() if isinstance(data, bool) else data)

    def parse(self, text: str) -> bool:
        """Return the boolean. Raises `InvalidInput` for any other text."""
        answer = _ANSWERS.get(text)
        if answer is None:
            raise InvalidInput(Code.WRONG_TYPE, f"{self.name} must be true or false")
        return answer
