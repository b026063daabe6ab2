"""What a route shows to people: a page, the fragment of it that htmx swaps, and what both need."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Screen:
    """A page that includes a fragment; `target` is the id of the fragment's one element."""

    page: str
    fragment: str
    target: str
    context: dict[str, Any] = field(default_factory=dict)


# Draws a form again after a refusal, with what was typed and what is wrong with it.
Redraw = Callable[[Any], Screen]
