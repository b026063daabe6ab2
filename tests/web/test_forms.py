"""Malformed forms, content types, sizes, methods and addresses change nothing."""

import json

from tests.support.answers import assert_refusal_shape, assert_refused
from tests.support.sweeping import sweep

ORGANIZATION, MEMBERS = "/organization/", "/organization/members/"
OWNER = "ceiling-super_admin"
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND")
FORM = "application/x-www-form-urlencoded"


def send(world, method, path, **options):
    return world.api(OWNER).send(method, path, **options)


FORMS = {
    "a repeated field": b"orgId=ORG&name=A&name=B",
    "a field repeated alike": b"orgId=ORG&name=A&name=A",
    "a repeated organization": b"orgId=ORG&orgId=ORG&name=A",
    "broken percent-encoding": b"orgId=ORG&name=%FF",
    "a surrogate": b"orgId=ORG&name=%ED%A0%80",
    "a raw byte": b"orgId=ORG&name=\xff",
    "a NUL": b"orgId=ORG&name=A%00",
    "no pairs": b"hello",
    "JSON called a form": b'{"orgId": "ORG", "name": "A"}',
    "thousands of fields": b"orgId=ORG&name=A" + b"&a=b" * 5000,
}


@sweep("name", FORMS)
def test_a_hostile_form_is_refused(world, name):
    body = FORMS[name].replace(b"ORG", world.org.encode())

    assert_refusal_shape(send(world, "POST", ORGANIZATION, data=body, content_type=FORM), 400)
    assert world.rows() == world.initial_rows


@sweep("boundary", ["", "; boundary=", "; boundary=x", "; boundary=" + "x" * 300])
@sweep(
    "data",
    [b"", b"--x", b"--x\r\n\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\nA\r\n--x--", b"\xff\xfe"],
)
def test_a_broken_multipart_form_is_refused(world, boundary, data):
    content_type = f"multipart/form-data{boundary}"

    assert_refusal_shape(send(world, "POST", ORGANIZATION, data=data, content_type=content_type), 400)
    assert world.rows() == world.initial_rows


def test_urlencoded_and_multipart_forms_are_read(world):
    for content_type in (FORM, "multipart/form-data"):
        body = {"orgId": world.org, "name": content_type}

        answer = send(world, "POST", ORGANIZATION, data=body, content_type=content_type)

        assert answer.get_json()["data"]["name"] == content_type


@sweep(
    "content_type",
    ["text/plain", "application/xml", "application/octet-stream", "text/json", "json", "", None],
)
@sweep("method", ["POST", "PUT", "DELETE"])
def test_other_content_types_are_415(world, method, content_type):
    body = json.dumps({"orgId": world.org, "name": "Northwind"})

    assert_refusal_shape(send(world, method, ORGANIZATION, data=body, content_type=content_type), 415)
    assert world.rows() == world.initial_rows


@sweep("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_is_read_however_it_is_declared(world, content_type):
    body = json.dumps({"orgId": world.org, "name": "Südwind"}, ensure_ascii=False).encode()

    answer = send(world, "POST", ORGANIZATION, data=body, content_type=content_type)

    assert answer.get_json()["data"]["name"] == "Südwind"


@sweep("content_type", ["application/json", FORM, "text/plain"])
def test_a_body_over_64_kib_is_413(world, content_type):
    start = json.dumps({"orgId": world.org, "name": "Southwind"}).encode()
    largest = start.ljust(64 * 1024)

    too_large = send(world, "POST", ORGANIZATION, data=largest + b" ", content_type=content_type)
    unknown = world.api("bad").send("POST", ORGANIZATION, data=largest + b" ", content_type=content_type)

    assert_refusal_shape(too_large, 413)
    assert_refused(unknown, 401, "Invalid API key")
    assert world.rows() == world.initial_rows
    fits = send(world, "POST", ORGANIZATION, data=largest, content_type="application/json")
    assert fits.get_json()["data"]["name"] == "Southwind"


def test_a_large_multipart_form_is_413(world):
    body = {"orgId": world.org, "name": "x" * 65 * 1024}

    assert_refusal_shape(
        send(world, "POST", ORGANIZATION, data=body, content_type="multipart/form-data"), 413
    )


def test_a_method_that_an_address_does_not_have_is_405(world):
    url_map = world.portal.app.url_map
    paths = {rule.build(dict.fromkeys(rule.arguments, "x"))[1] for rule in url_map.iter_rules()}
    assert ORGANIZATION in paths

    for path in paths:
        allowed = set(url_map.bind("localhost").allowed_methods(path))
        assert "OPTIONS" not in allowed, path
        for method in set(METHODS) - allowed:
            answer = send(world, method, path)
            assert_refusal_shape(answer, 405)
            assert set(answer.headers["Allow"].split(", ")) == allowed, path
    assert world.rows() == world.initial_rows


@sweep(
    "path",
    [
        "/nothing/",
        "/organization/nothing/",
        "/..",
        "/%00",
        "/%ff",
        "/organization/%2e%2e/",
    ],
)
def test_an_unknown_address_is_404(world, path):
    assert_refusal_shape(send(world, "GET", path), 404)
    assert_refusal_shape(send(world, "POST", path, json={"orgId": world.org, "name": "A"}), 404)
