"""The parts of an operation's description that cannot be derived from its route."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.base.codes import Code
from app.base.permissions import Action


@dataclass(frozen=True, slots=True)
class Description:
    """An operation of the JSON API.

    `answer` is the type of the JSON response; `files` maps other media types to their descriptions.
    `refusals` are the codes by status, in addition to those of the guard; an action stands for the refusal of
    a role that may not perform it. `without` names fields that
    only pages use. `fields` adds to the schemas of fields. At least one field in `one_of` is required.
    """

    tag: str
    answer: Any = None
    refusals: Mapping[int, tuple[Code | Action, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
