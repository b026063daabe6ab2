"""Everything there is to see, each once: axe finds nothing, it fits a phone, and nobody else is asked."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.support.page_states import OPENED, PAGE_STATES, PageState

pytestmark = pytest.mark.browser

DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
VIEWERS = sorted({str(sight.viewer or "nobody") for sight in PAGE_STATES.values()})
# What a phone lays out in another way; the rest is the same document, only narrower.
ON_PHONES = ("members", "row-menu", "invite-dialog", "selected-rows")
# The only rules that see a difference between light and dark.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# How far the page sticks out on the right; what scrolls inside its own box does not count.
OVERFLOW = """(() => {
  const root = document.documentElement;
  return Math.max(0, root.scrollWidth - Math.ceil(root.getBoundingClientRect().width));
})()"""
MOVING = """
[...document.querySelectorAll('*')].flatMap((element) =>
  [undefined, '::before', '::after', '::backdrop'].map((part) => getComputedStyle(element, part))
).filter((style) => {
  const long = (list) => list.split(',').some((time) => parseFloat(time) > 0);
  return (style.animationName !== 'none' && long(style.animationDuration)) || long(style.transitionDuration);
}).length
"""


@dataclass
class Findings:
    """What is wrong with the sights that somebody saw."""

    found: list[str] = field(default_factory=list)

    def look(self, name: str, page: Page) -> None:
        """Look in light, in dark, and on a phone; leave the page as it was."""
        self._note(name, "light", violations(page))
        page.emulate_media(color_scheme="dark")
        self._note(name, "dark", violations(page, COLOURS))
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        overflow = page.evaluate(OVERFLOW)
        self._note(name, "phone", [f"{overflow} pixels too wide"] if overflow else [])
        self._note(name, "phone", violations(page) if name in ON_PHONES else [])
        page.set_viewport_size(DESK)

    def _note(self, name: str, how: str, complaints: list[str]) -> None:
        self.found += [f"{name}, {how}: {complaint}" for complaint in complaints]


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.timeout(180)  # every page in each light, with its accessibility judged
def test_everything_can_be_seen_by_everybody(visit, team, viewer):
    # Colours that are still changing would be measured halfway.
    visitor = visit(viewport=DESK, reduced_motion="reduce")
    asked: list[str] = []
    visitor.context.on("request", lambda request: asked.append(request.url))
    findings = Findings()

    for name, sight in sights_of(viewer).items():
        sight.visit(visitor, team)
        findings.look(name, visitor.page)

    assert findings.found == []
    assert len(asked) > len(sights_of(viewer))
    assert [url for url in asked if not url.startswith((visitor.served.url + "/", "data:"))] == []


@pytest.mark.parametrize("width", [320, 768, 1024])
def test_the_members_page_fits_every_width(ada, width):
    ada.page.set_viewport_size({"width": width, "height": 800})

    assert ada.page.evaluate(OVERFLOW) == 0


@pytest.mark.parametrize("name", ["invite-dialog", "row-menu", "invitation-sent"])
def test_nothing_moves_for_people_who_ask_for_less(visit, team, name):
    still = visit(reduced_motion="reduce")
    OPENED[name].visit(still, team)

    assert moving(still.page) == 0


def test_something_moves_for_the_others(ada):
    assert moving(ada.page) > 0


def sights_of(viewer: str) -> dict[str, PageState]:
    return {name: sight for name, sight in PAGE_STATES.items() if str(sight.viewer or "nobody") == viewer}


def moving(page: Page) -> int:
    """Count what would move, now or when touched."""
    return int(page.evaluate(MOVING))


def violations(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe has to say: the rule, and where it is broken; what it passed is not sent over."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **(options or {})}).response["violations"]
    return [f"{broken['id']}: {node['html'][:160]}" for broken in found for node in broken["nodes"]]
