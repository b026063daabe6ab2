"""What cannot be read off a route: what it answers, why it may refuse, and under which heading it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Described:
    """An operation of the JSON API.

    `answer` is the type of the answer; `files` are the media types it may have instead, with what is in them.
    `refusals` are the texts by status, beside those that the guard brings. `by_key` is the text that every
    key gets, where only a session may. `without` names fields that pages have and programs do not.
    `fields` adds to the schemas of single fields, `examples` replaces their examples. Of the fields in
    `one_of` at least one must be there and say something.
    """

    tag: str
    answer: Any = None
    refusals: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    by_key: str | None = None
    without: tuple[str, ...] = ()
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    examples: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
