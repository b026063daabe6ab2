"""The dialects of an endpoint: which request gets which, and the headers of every answer."""

import re

import pytest
import structlog
from bs4 import BeautifulSoup
from structlog.testing import capture_logs

from tests.support.answers import assert_refused
from tests.support.clients import ACCEPT_PAGE
from tests.support.operation_cases import CASES
from tests.support.sweeping import sweep

PATH = "/organization/members/"
PROMISED_VARY = (
    "Accept, Accept-Encoding, Accept-Language, Authorization, X-Api-Key, Capgkey, Cookie, HX-Request"
)
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


@pytest.fixture
def log_lines():
    structlog.reset_defaults()
    with capture_logs() as lines:
        yield lines


def assert_speaks(answer, dialect):
    is_page = "<html" in answer.text
    assert answer.mimetype == ("application/json" if dialect == "json" else "text/html")
    assert is_page == (dialect == "page")


@sweep("headers, dialect", BY_COOKIE, ids=str)
def test_a_session_is_answered_in_the_dialect_of_its_headers(world, headers, dialect):
    client = world.browsers["active-admin"].client

    read = client.get(PATH, query_string={"orgId": world.org}, headers=headers)
    refused = client.get(PATH, query_string={"orgId": world.elsewhere}, headers=headers)

    assert (read.status_code, refused.status_code) == (200, 403)
    assert_speaks(read, dialect)
    assert_speaks(refused, dialect)
    assert "victim@crew.test" in read.text
    assert "You cannot access this organization" in refused.text


@sweep("headers", [headers for headers, dialect in BY_COOKIE if dialect != "json"], ids=str)
@sweep("name", KEY_HEADERS)
def test_requests_with_a_key_are_answered_in_json(world, headers, name):
    client = world.browsers["active-admin"].client

    for key, status in ((world.keys["active-admin"], 200), ("your-api-key", 401), ("Bearer crew_junk", 401)):
        answer = client.get(PATH, query_string={"orgId": world.org}, headers={**headers, name: key})

        assert answer.status_code == status
        assert_speaks(answer, "json")


@sweep("dialect", ["json", "fragment", "page"])
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


@sweep("dialect", ["json", "fragment", "page"])
def test_a_refused_change_has_its_status_in_every_dialect(world, dialect):
    fields = {"orgId": world.org, "email": "victim@crew.test", "role": "read"}
    asked = "session" if dialect == "json" else dialect

    answer = world.ask(asked, "active-admin", "POST", PATH, fields)

    assert answer.status_code == 409
    assert_speaks(answer, dialect)
    assert "Member already exists in organization" in answer.text


def test_a_visitor_is_redirected_to_sign_in_and_back(world):
    client, query = world.browsers["visitor"].client, {"orgId": world.org}

    page = client.get(PATH, query_string=query, headers=PAGE)
    fragment = client.get(
        PATH,
        query_string=query,
        headers={**HTMX, "HX-Current-URL": f"http://localhost{PATH}?orgId={world.org}"},
    )
    json = client.get(PATH, query_string=query)

    back = f"/login/?next=/organization/members/?orgId%3D{world.org}"
    assert (page.status_code, page.location) == (303, back)
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (401, back)
    assert (json.status_code, json.get_json()) == (
        401,
        {"error": "Invalid API key", "status": "KO", "code": "invalid_key"},
    )
    assert json.headers["WWW-Authenticate"]


def answers(world):
    """Yield answers of every kind, and whether the caller was authenticated."""
    api, visitor = world.api("active-admin"), world.browsers["visitor"].client
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


def test_every_answer_has_headers_for_caches_and_a_log_line(world):
    identifiers = []
    for answer, known in answers(world):
        assert answer.headers["Vary"] == PROMISED_VARY
        if known:
            assert "no-store" in answer.headers["Cache-Control"]
        identifiers.append(answer.headers["X-Request-Id"])

    assert len(identifiers) > 30
    assert len(set(identifiers)) == len(identifiers)


def test_no_address_redirects_to_add_a_slash(world):
    for case in CASES.values():
        method, path, fields = case.at(world.foreign)

        answer = world.ask("key", "active-admin", method, path.rstrip("/"), fields)

        status, error = (404, case.hidden) if case.hidden else (403, case.refusal)
        assert_refused(answer, status, error)


@sweep(
    "path", ["/organization//", "//organization/", "/organization//members/", "/login//", "/healthz//", "//"]
)
def test_an_address_with_extra_slashes_is_unknown(world, path):
    named = {"PATH_INFO": path}  # clients would read what follows two slashes as a host

    answers = [
        world.api("active-admin").send("GET", "/", environ_overrides=named),
        world.browsers["active-admin"].client.get("/", environ_overrides=named),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_static_file_varies_only_by_compression(world):
    for headers in ({}, PAGE, {"Authorization": "your-api-key"}):
        answer = world.browsers["active-admin"].client.get("/static/css/base.css", headers=headers)

        assert (answer.status_code, answer.headers["Vary"]) == (200, "Accept-Encoding")


# What proxies and tracing send: nginx ($request_id), HAProxy (unique-id), AWS, Heroku, Kong.
CALLER_IDS = {
    "req_mine": "req_mine",
    "f058ebd6-02f7-4d3f-942e-904344e8cde5": "f058ebd6-02f7-4d3f-942e-904344e8cde5",
    "7F000001:8296_7F00001E:1F90_4F7B0A69_0003:790": "7F000001:8296_7F00001E:1F90_4F7B0A69_0003:790",
    "Root=1-67891233-abcdef012345678912345678": "Root=1-67891233-abcdef012345678912345678",
    "x": "x",
    "a" * 300: "a" * 100,
    "a b\tc": "abc",
    'x", "status": "200': "xstatus:200",
    "n\u00e4ive<script>": "nivescript",
}


@pytest.mark.parametrize(("given", "logged"), CALLER_IDS.items())
def test_the_callers_request_id_is_logged_beside_ours(portal, log_lines, given, logged):
    answer = portal.api().send("GET", "/healthz", headers={"X-Request-Id": given})

    (line,) = log_lines
    assert re.fullmatch(r"req_[0-9a-f]{32}", answer.headers["X-Request-Id"])
    assert (line["id"], line["caller_id"]) == (answer.headers["X-Request-Id"], logged)


@sweep("given", ["", " ", "\u00fc\u00fc", '"'])
def test_a_request_id_without_usable_characters_is_not_logged(portal, log_lines, given):
    portal.api().send("GET", "/healthz", headers={"X-Request-Id": given})

    assert "caller_id" not in log_lines[0]


def test_audit_entries_have_our_request_id(portal):
    alice = portal.person("Alice")
    api = portal.api(portal.key(alice), **{"X-Request-Id": "req_mine"})

    answer = api.put(PATH.removesuffix("members/"), name="Northwind")

    (entry,) = portal.audit("organization.created")
    assert entry.request_id == answer.headers["X-Request-Id"]
    assert entry.request_id.startswith("req_")
    assert entry.request_id != "req_mine"


def test_both_request_ids_are_in_the_log(served):
    with served.client("your-api-key") as client:
        answer = client.get("/organization/", headers={"X-Request-Id": "from-the-proxy.1"})

    line = next(line for line in served.log().splitlines() if '"from-the-proxy.1"' in line)
    assert f'"{answer.headers["X-Request-Id"]}"' in line
