"""Screens: a page, its fragment for htmx, and their context, before rendering."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Screen:
    """A page template that includes a fragment; `target` is the id of the fragment's root element."""

    page: str
    fragment: str
    target: str
    context: Mapping[str, object] = field(default_factory=dict)


def form(fragment: str, target: str, *, title: str, section: str, **context: object) -> Screen:
    """Return a screen whose page is only a form, and whose fragment htmx shows in a dialog."""
    page = {"title": title, "section": section, "fragment": fragment}
    return Screen("layouts/form.html", fragment, target, {**context, **page})
