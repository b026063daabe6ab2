"""Every page state: no accessibility violations, fits a phone, and requests nothing from other hosts."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.support.page_states import OPENED, PAGE_STATES, PageState

pytestmark = pytest.mark.browser

DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
VIEWERS = sorted({str(state.viewer or "visitor") for state in PAGE_STATES.values()})
# Laid out differently on a phone; all others are only narrower.
ON_PHONES = ("members", "row-menu", "invite-dialog", "selected-rows")
# The only rules whose result depends on light or dark.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# How far the page overflows on the right; what scrolls inside its own box does not count.
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
    """What is wrong with the pages that one viewer saw."""

    found: list[str] = field(default_factory=list)

    def look(self, name: str, page: Page) -> None:
        """Check a page in light, in dark, and on a phone; leave it as it was."""
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
@pytest.mark.timeout(180)  # every page in light and dark, with axe
def test_every_page_is_accessible_and_fits_a_phone(visit, team, viewer):
    # Colours would be measured in the middle of a transition.
    visitor = visit(viewport=DESK, reduced_motion="reduce")
    asked: list[str] = []
    visitor.context.on("request", lambda request: asked.append(request.url))
    findings = Findings()

    for name, state in states_of(viewer).items():
        state.visit(visitor, team)
        findings.look(name, visitor.page)

    assert findings.found == []
    assert len(asked) > len(states_of(viewer))
    assert [url for url in asked if not url.startswith((visitor.served.url + "/", "data:"))] == []


@pytest.mark.parametrize("width", [320, 768, 1024])
def test_the_members_page_fits_every_width(ada, width):
    ada.page.set_viewport_size({"width": width, "height": 800})

    assert ada.page.evaluate(OVERFLOW) == 0


@pytest.mark.parametrize("name", ["invite-dialog", "row-menu", "invitation-sent"])
def test_nothing_moves_with_reduced_motion(visit, team, name):
    still = visit(reduced_motion="reduce")
    OPENED[name].visit(still, team)

    assert moving(still.page) == 0


def test_something_moves_without_reduced_motion(ada):
    assert moving(ada.page) > 0


def states_of(viewer: str) -> dict[str, PageState]:
    return {name: state for name, state in PAGE_STATES.items() if str(state.viewer or "visitor") == viewer}


def moving(page: Page) -> int:
    """Count the elements with an animation or a transition."""
    return int(page.evaluate(MOVING))


def violations(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """Return axe's violations with their elements; passed rules are not transferred."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **(options or {})}).response["violations"]
    return [f"{broken['id']}: {node['html'][:160]}" for broken in found for node in broken["nodes"]]
