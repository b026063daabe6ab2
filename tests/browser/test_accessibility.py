"""axe finds nothing, on any page, in light and in dark."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.sights import SIGHTS

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
ON_PHONES = ("members", "row-menu", "invite-dialog", "selected-rows")
# The only rules that see a difference between light and dark.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@pytest.mark.parametrize("name", SIGHTS)
def test_a_page_is_accessible(visit, team, name):
    # Colours that are still changing would be measured halfway.
    visitor = visit(reduced_motion="reduce")

    SIGHTS[name].visit(visitor, team)

    in_light = violations(visitor.page)
    visitor.page.emulate_media(color_scheme="dark")
    assert (in_light, violations(visitor.page, COLOURS)) == ([], [])


@pytest.mark.parametrize("name", ON_PHONES)
def test_the_members_page_is_accessible_on_a_phone(visit, team, name):
    visitor = visit(reduced_motion="reduce", viewport=PHONE)

    SIGHTS[name].visit(visitor, team)

    assert violations(visitor.page) == []


def violations(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe has to say: the rule, and where it is broken."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{broken['id']}: {node['html'][:160]}" for broken in found for node in broken["nodes"]]
