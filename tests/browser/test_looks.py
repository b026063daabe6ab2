"""How pages stand: they fit a phone, need nobody else's server, and hold still for whoever asks."""

import pytest
from playwright.sync_api import Page

from tests.sights import OPENED, SIGHTS, Sight

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
VIEWERS = sorted({str(sight.who or "nobody") for sight in SIGHTS.values()})
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


@pytest.mark.parametrize("viewer", VIEWERS)
def test_pages_fit_a_phone_and_ask_no_other_server(visit, team, viewer):
    visitor = visit(viewport=PHONE)
    overflows: dict[str, int] = {}
    asked: list[str] = []
    visitor.context.on("request", lambda request: asked.append(request.url))

    for name, sight in sights_of(viewer).items():
        sight.visit(visitor, team)
        overflows[name] = visitor.page.evaluate(OVERFLOW)

    assert overflows == dict.fromkeys(sights_of(viewer), 0)
    assert len(asked) > len(overflows)
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


def sights_of(viewer: str) -> dict[str, Sight]:
    return {name: sight for name, sight in SIGHTS.items() if str(sight.who or "nobody") == viewer}


def moving(page: Page) -> int:
    """Count what would move, now or when touched."""
    return int(page.evaluate(MOVING))
