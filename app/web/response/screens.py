"""What a route shows to people: a page, the fragment of it that htmx swaps, and what both need."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Screen:
    """A page that includes a fragment; `target` is the id of the fragment's one element."""

    page: str
    fragment: str
    target: str
    context: Mapping[str, object] = field(default_factory=dict)
