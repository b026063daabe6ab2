"""A page that cannot be drawn, because a template is missing, does not hide a change that was committed."""

from collections.abc import Callable

import pytest
from jinja2 import FunctionLoader

from app.base.permissions import Role
from tests.support.cast import Cast
from tests.support.portal import PASSWORD


@pytest.fixture
def without_template(portal, monkeypatch) -> Callable[[str], None]:
    """Return a function that removes a template, as a broken update would."""
    environment = portal.app.jinja_env
    complete = environment.loader

    def remove(gone: str) -> None:
        rest = FunctionLoader(lambda name: None if name == gone else complete.get_source(environment, name))
        monkeypatch.setattr(environment, "cache", None)
        monkeypatch.setattr(environment, "loader", rest)

    return remove


def test_a_change_is_announced_on_the_next_page(portal, cast: Cast, without_template):
    browser = cast.browser("alice")
    without_template("members/_list.html")

    answer = browser.htmx("/organization/members/", orgId=cast.org, email=cast.rita.email, role="write")

    assert answer.headers["HX-Redirect"] == f"/organization/members/?orgId={cast.org}"
    assert portal.role_of(cast.org, cast.rita) == "write"
    browser.get("/organization/")
    assert cast.rita.email in browser.flash()


def test_a_secret_that_cannot_be_shown_is_an_error_and_the_key_remains(cast: Cast, without_template):
    browser = cast.browser("alice")
    fields = {"name": "deploy", "role": str(Role.READ), "expires_in_days": "7", "password": PASSWORD}
    without_template("keys/_list.html")

    answer = browser.htmx("/apikey/", **fields)

    listed = browser.json("GET", "/apikey/").get_json()["data"]
    assert answer.status_code == 500
    assert "Your change was made" in answer.text
    assert [key["name"] for key in listed] == ["deploy"]
