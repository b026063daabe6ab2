"""Generates `docs/audit-events.md` from the table of events, for `make docs` and its test."""

from collections.abc import Iterator

from app.base.events import Event, Group, Keys
from tests.support.sources import ROOT

PATH = ROOT / "docs" / "audit-events.md"
_HEAD = """# Audit events

Written by `make docs` from the table in `app/base/events.py`; edit that instead.

`action` of an entry is the name of its event, `outcome` is `done` or `refused`. The `action` filter takes a name, the first word of a
name (`member`), or a group. A refused attempt has the event that it would have been; its `after` is `error` and, for a repeated
attempt, `times`, `first_at` and `last_at`. Keys in brackets are only there if they apply.

Account and portal events are in the log of the portal, which has no page; the others are in that of the organization they happened in,
or in that of the portal if they concern none.
"""  # noqa: E501 - the docs have longer lines


def render() -> str:
    """Return the text of the page."""
    return "\n".join([_HEAD, *(_section(group) for group in Group)])


def _section(group: Group) -> str:
    head = f"## {group.label}: `{group.value}`\n\n| name | label | `before` | `after` |\n|---|---|---|---|\n"
    return head + "".join(_rows(group))


def _rows(group: Group) -> Iterator[str]:
    for event in Event:
        if event.group is group:
            yield f"| `{event.value}` | {event.label} | {_keys(event.before)} | {_keys(event.after)} |\n"


def _keys(keys: Keys) -> str:
    optional = [f"[`{key}`]" for key in sorted(keys.optional)]
    return ", ".join([*(f"`{key}`" for key in sorted(keys.required)), *optional])


if __name__ == "__main__":
    PATH.write_text(render())
