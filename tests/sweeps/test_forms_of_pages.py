"""Every form on every page sends only fields that its operation knows."""

from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from werkzeug.routing import MapAdapter

from app.web.forms.forms import NO_FIELDS
from tests.support.clients import ACCEPT_PAGE
from tests.support.operations import all_operations

CALLER = "active-super_admin"


def forms_of(page: BeautifulSoup) -> Iterator[tuple[Tag, str, str, set[str]]]:
    """Yield each form with its address, its method, and the names of its controls, wherever they are."""
    for form in page.find_all("form"):
        controls = form.select("[name]") + page.select(f'[form="{form.get("id")}"][name]')
        override = form.select_one('[name="_method"]')
        method = override["value"] if override else form.get("method", "get")
        names = {str(control["name"]) for control in controls}
        yield form, str(form["action"]), str(method).upper(), names


def fields_of(views, urls: MapAdapter, action: str, method: str) -> set[str]:
    """Return the fields that an operation accepts, including those in its path."""
    endpoint, in_path = urls.match(action.partition("?")[0], method=method)
    return {*views[endpoint].guard.operation().names(), *in_path}


def test_no_form_sends_a_field_that_its_operation_does_not_know(world):
    app = world.portal.app
    urls = app.url_map.bind("localhost")
    seen = set()

    for operation in all_operations(app, "GET").values():
        fields = {**operation.example_fields(world.here), "orgId": world.org}
        client = world.browsers[CALLER].client
        answer = client.get(operation.path, query_string=fields, headers={"Accept": ACCEPT_PAGE})
        if answer.mimetype != "text/html":
            continue
        page = BeautifulSoup(answer.text, "html.parser")
        for form, action, method, names in forms_of(page):
            known = fields_of(app.view_functions, urls, action, method)
            assert names <= known | NO_FIELDS, (operation.label, str(form)[:300])
            seen.add((method, action.partition("?")[0]))
    assert len(seen) > 12, sorted(seen)
