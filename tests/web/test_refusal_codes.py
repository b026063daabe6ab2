"""Codes of the refusals that no service raises: those of the framework, of guards and of forms.

Each row is a request that programs send by mistake: curl without `-X` or with a wrong path, Postman with a
raw text body, requests with `data=` of a gzip file, a monitor with an IP address of a proxy as `Host`.
"""

import pytest

from app.base.codes import Code
from tests.support.clients import ACCEPT_PAGE
from tests.support.specification import specification
from tests.support.sweeping import sweep

JSON = "application/json"
ADDRESS = "/organization/"
# What is sent, and the code of the answer.
MISTAKES = [
    ("GET", "/nowhere/", {}, 404, "not_found"),
    ("GET", "/organization//", {"environ_overrides": {"PATH_INFO": "//organization/"}}, 404, "not_found"),
    ("PATCH", ADDRESS, {}, 405, "method_not_allowed"),
    ("GET", ADDRESS, {"headers": {"Host": "a..b"}}, 400, "malformed_request"),
    ("PUT", ADDRESS, {"data": b"{", "content_type": JSON}, 400, "malformed_body"),
    ("PUT", ADDRESS, {"data": b"[]", "content_type": JSON}, 400, "malformed_body"),
    ("PUT", ADDRESS, {"data": b"\xff", "content_type": JSON}, 400, "malformed_body"),
    ("PUT", ADDRESS, {"data": b'{"name":1,"name":2}', "content_type": JSON}, 400, "field_repeated"),
    ("PUT", ADDRESS, {"data": b"name", "content_type": "text/plain"}, 415, "unsupported_media_type"),
    (
        "PUT",
        ADDRESS,
        {"data": b"{}", "content_type": JSON, "headers": {"Content-Encoding": "gzip"}},
        415,
        "unsupported_media_type",
    ),
    ("PUT", ADDRESS, {"data": b" " * 70_000, "content_type": JSON}, 413, "body_too_large"),
    ("PUT", ADDRESS, {"json": {}}, 400, "field_required"),
    ("PUT", ADDRESS, {"json": {"name": "x" * 101}}, 400, "too_long"),
    ("PUT", ADDRESS, {"json": {"name": "x", "orgId": "org_1"}}, 400, "field_misplaced"),
    ("POST", ADDRESS, {"json": {"orgId": "org_1", "logo": "http://x.test/"}}, 400, "invalid_url"),
    ("POST", "/organization/members/", {"json": {"orgId": "org_1"}}, 400, "invalid_email"),
    (
        "POST",
        "/organization/members/",
        {"json": {"orgId": "org_1", "email": "a@b.test", "role": "x"}},
        400,
        "invalid_role",
    ),
    (
        "GET",
        "/organization/members/",
        {"query_string": {"orgId": "org_1", "limit": "0"}},
        400,
        "invalid_number",
    ),
    (
        "GET",
        "/organization/audit/",
        {"query_string": {"orgId": "org_1", "since": "soon"}},
        400,
        "invalid_date",
    ),
    ("GET", "/app/", {"query_string": {"orgId": "org_1", "org": "x"}}, 400, "unknown_field"),
    ("GET", "/app/", {"query_string": {"orgId": "org_1"}}, 403, "insufficient_role"),
    ("GET", "/invitation/", {}, 403, "session_required"),
    ("POST", "/bundle/", {"json": {}}, 415, "unsupported_media_type"),
]


@sweep("method, path, options, status, code", MISTAKES)
def test_a_mistaken_request_gets_its_code(cast, method, path, options, status, code):
    answer = cast.api("rita").send(method, path, **options)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_a_caller_without_a_key_gets_a_code(portal):
    answers = [
        portal.api().get(ADDRESS),
        portal.api("nonsense").get(ADDRESS),
        portal.api("a", **{"X-Api-Key": "b"}).get(ADDRESS),
    ]

    assert [(answer.status_code, answer.get_json()["code"]) for answer in answers] == [
        (401, "invalid_key")
    ] * 3


def test_a_page_only_address_answers_programs_with_a_code(cast):
    address = f"/app/new/?orgId={cast.org}"

    answer = cast.browser("wendy").client.get(address, headers={"Accept": "text/csv"})

    assert (answer.status_code, answer.get_json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize("headers", [{"Accept": ACCEPT_PAGE}, {"HX-Request": "true", "Accept": "text/html"}])
@sweep("path", ["/nowhere/", "/organization/?orgId=org_1", "/organization/audit/?orgId=org_1&since=soon"])
def test_pages_and_fragments_show_no_code(cast, headers, path):
    answer = cast.browser("rita").client.get(path, headers=headers)

    assert answer.status_code >= 400
    assert answer.mimetype == "text/html"
    assert not [code.word for code in Code if "_" in code.word and code.word in answer.text]


def test_the_specification_lists_every_code():
    described = specification()["components"]["schemas"]["Error"]["properties"]["code"]["description"]

    assert [code.word for code in Code if f"- `{code.word}`: {code.value}" not in described.split("\n")] == []
    assert "new ones may be added" in described
