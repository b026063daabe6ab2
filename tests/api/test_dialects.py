"""One endpoint, three dialects: which request is answered how, and the headers of every answer."""

import re

import pytest
from bs4 import BeautifulSoup

from app.web.negotiation import VARY
from tests.clients import ACCEPT_PAGE
from tests.deeds import DEEDS

PATH = "/organization/members/"
PROMISED_VARY = {"accept", "authorization", "x-api-key", "cookie", "hx-request"}
HTMX = {"HX-Request": "true"}
PAGE = {"Accept": ACCEPT_PAGE}

BY_COOKIE = [
    ({}, "json"),
    ({"Accept": "*/*"}, "json"),
    ({"Accept": "application/json"}, "json"),
    ({"Accept": "application/json, text/html;q=0.9"}, "json"),
    ({"Accept": "application/json, text/html"}, "json"),
    ({"Accept": "text/plain"}, "json"),
    ({"Accept": "nonsense"}, "json"),
    (PAGE, "page"),
    ({"Accept": "text/html"}, "page"),
    ({"Accept": "application/json;q=0.5, text/html"}, "page"),
    (HTMX, "fragment"),
    ({**HTMX, "Accept": "application/json"}, "fragment"),
    ({**HTMX, **PAGE}, "fragment"),
    ({**HTMX, **PAGE, "HX-Boosted": "true"}, "page"),
    ({**HTMX, **PAGE, "HX-History-Restore-Request": "true"}, "page"),
    ({"HX-Request": "false", **PAGE}, "page"),
]
KEY_HEADERS = ["authorization", "x-api-key", "capgkey"]


def assert_speaks(answer, dialect):
    is_page = "<html" in answer.text
    assert answer.mimetype == ("application/json" if dialect == "json" else "text/html")
    assert is_page == (dialect == "page")


def names(header):
    return {name.strip().lower() for name in header.split(",")}


@pytest.mark.parametrize(("headers", "dialect"), BY_COOKIE, ids=str)
def test_a_session_is_answered_in_the_dialect_of_its_headers(world, headers, dialect):
    client = world.browsers["active-admin"].client

    read = client.get(PATH, query_string={"orgId": world.org}, headers=headers)
    refused = client.get(PATH, query_string={"orgId": world.elsewhere}, headers=headers)

    assert (read.status_code, refused.status_code) == (200, 403)
    assert_speaks(read, dialect)
    assert_speaks(refused, dialect)
    assert "victim@crew.test" in read.text
    assert "You cannot access this organization" in refused.text


@pytest.mark.parametrize("headers", [headers for headers, dialect in BY_COOKIE if dialect != "json"], ids=str)
@pytest.mark.parametrize("name", KEY_HEADERS)
def test_whoever_brings_a_key_is_answered_in_json(world, headers, name):
    client = world.browsers["active-admin"].client

    for key, status in ((world.keys["active-admin"], 200), ("your-api-key", 401), ("", 401)):
        answer = client.get(PATH, query_string={"orgId": world.org}, headers={**headers, name: key})

        assert answer.status_code == status
        assert_speaks(answer, "json")


@pytest.mark.parametrize("dialect", ["json", "fragment", "page"])
def test_a_change_is_answered_in_its_dialect(world, dialect):
    fields = {"orgId": world.org, "email": "victim@crew.test", "role": "upload"}
    asked = "session" if dialect == "json" else dialect

    answer = world.ask(asked, "active-admin", "POST", PATH, fields)

    if dialect == "json":
        assert answer.get_json()["data"]["role"] == "upload"
    elif dialect == "page":
        assert (answer.status_code, answer.location) == (303, f"/organization/members/?orgId={world.org}")
        page = world.browsers["active-admin"].get(answer.location)
        assert "victim@crew.test is now upload" in page.find(id="flash").get_text()
    else:
        fragment = BeautifulSoup(answer.text, "html.parser")
        assert fragment.find(id="members")
        (flash,) = fragment.select("#flash[hx-swap-oob]")
        assert "victim@crew.test is now upload" in flash.get_text()


@pytest.mark.parametrize("dialect", ["json", "fragment", "page"])
def test_a_refused_change_has_its_status_in_every_dialect(world, dialect):
    fields = {"orgId": world.org, "email": "victim@crew.test", "role": "read"}
    asked = "session" if dialect == "json" else dialect

    answer = world.ask(asked, "active-admin", "POST", PATH, fields)

    assert answer.status_code == 409
    assert_speaks(answer, dialect)
    assert "Member already exists in organization" in answer.text


def test_a_visitor_is_sent_to_log_in_and_back(world):
    client, query = world.browsers["nobody"].client, {"orgId": world.org}

    page = client.get(PATH, query_string=query, headers=PAGE)
    fragment = client.get(
        PATH,
        query_string=query,
        headers={**HTMX, "HX-Current-URL": f"http://localhost{PATH}?orgId={world.org}"},
    )
    json = client.get(PATH, query_string=query)

    back = f"/login/?next=%2Forganization%2Fmembers%2F%3ForgId%3D{world.org}"
    assert (page.status_code, page.location) == (303, back)
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (401, back)
    assert (json.status_code, json.get_json()) == (401, {"error": "Invalid API key", "status": "KO"})
    assert json.headers["WWW-Authenticate"]


def answers(world):
    """Answers of every kind, with whether somebody was known."""
    api, visitor = world.api("active-admin"), world.browsers["nobody"].client
    member = world.browsers["active-admin"].client
    yield api.get(PATH, orgId=world.org), True
    yield api.get(PATH), True
    yield api.get(PATH, orgId="org_x"), True
    yield api.post(PATH, orgId=world.org, email="x@crew.test", role="read"), True
    yield api.send("POST", PATH, data="{", content_type="application/json"), True
    yield api.send("POST", PATH, data="x", content_type="text/plain"), True
    yield api.send("PATCH", PATH), True
    yield api.get("/nothing/"), True
    yield world.api("bad").get(PATH, orgId=world.org), False
    yield member.get(PATH, query_string={"orgId": world.org}, headers=PAGE), True
    yield member.get(PATH, query_string={"orgId": world.org}, headers=HTMX), True
    yield member.get(PATH, query_string={"orgId": "org_x"}, headers=PAGE), True
    for path in (PATH, "/login/", "/register/", "/reset/", "/healthz", "/readyz", "/", "/nothing/"):
        for headers in ({}, PAGE, HTMX):
            yield visitor.get(path, headers=headers), False


def test_every_answer_tells_caches_and_logs_what_they_need(world):
    identifiers = []
    for answer, known in answers(world):
        assert names(answer.headers["Vary"]) >= PROMISED_VARY
        if known:
            assert "no-store" in answer.headers["Cache-Control"]
        identifiers.append(answer.headers["X-Request-Id"])

    assert len(identifiers) > 30
    assert len(set(identifiers)) == len(identifiers)
    assert names(VARY) == PROMISED_VARY


def test_no_address_is_answered_with_a_redirect_for_its_slash(world):
    for deed in DEEDS.values():
        method, path, fields = deed.at(world.foreign)

        answer = world.ask("key", "active-admin", method, path.rstrip("/"), fields)

        status, error = (404, deed.hidden) if deed.hidden else (403, deed.refusal)
        assert (answer.status_code, answer.get_json()) == (status, {"error": error, "status": "KO"})


@pytest.mark.parametrize(
    "path", ["/organization//", "//organization/", "/organization//members/", "/login//", "/healthz//", "//"]
)
def test_an_address_with_slashes_to_spare_is_unknown(world, path):
    named = {"PATH_INFO": path}  # a client would take what follows two slashes for a host

    answers = [
        world.api("active-admin").send("GET", "/", environ_overrides=named),
        world.browsers["active-admin"].client.get("/", environ_overrides=named),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_identifier_of_a_request_stands_in_the_log(served):
    with served.client("your-api-key") as client:
        answer = client.get("/organization/", headers={"X-Request-Id": "from-the-proxy.1"})
        own = client.get("/organization/")

    assert answer.headers["X-Request-Id"] == "from-the-proxy.1"
    assert re.fullmatch(r"req_[0-9a-f]{32}", own.headers["X-Request-Id"])
    for line in ('"from-the-proxy.1"', f'"{own.headers["X-Request-Id"]}"'):
        assert line in served.log()


@pytest.mark.parametrize("given", ["x", "a" * 65, "a b c d e f", "ä" * 10, 'x", "status": "200'])
def test_a_strange_identifier_of_a_request_is_replaced(world, given):
    answer = world.api("active-admin").send("GET", "/organization/", headers={"X-Request-Id": given})

    assert re.fullmatch(r"req_[0-9a-f]{32}", answer.headers["X-Request-Id"])
