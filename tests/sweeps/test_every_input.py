"""Hostile input to every operation: a 400 in the contract's shape, in every dialect, and no change."""

import io
import json

import pytest

from app.web.forms.forms import NumberField, YesNoField
from app.web.forms.passkey_fields import CredentialField
from app.web.forms.several_fields import SeveralField
from app.web.forms.upload_fields import FileField
from tests.support import corpora
from tests.support.answers import assert_refusal_shape, assert_refused
from tests.support.clients import ACCEPT_PAGE
from tests.support.operations import CHANGES, PortalOperation, all_operations
from tests.support.sweeping import sweep

BODIES = {name: body for name, body in corpora.hostile_bodies().items() if "only" not in body}
VALUES, ADDRESSES = corpora.read("hostile_values"), corpora.read("addresses")
TYPES = corpora.read("content_types")
DRAWN = {"page": {"Accept": ACCEPT_PAGE}, "fragment": {"HX-Request": "true"}}
CALLER = "active-super_admin"
TEXTS = ["\0", "a\0b", "x" * 5000]
# One parser and one check per kind of field serve all operations: `make test` tries a tenth of the hostile
# values on each, another tenth on the next one, and `make test-long` tries all of them everywhere.
each = pytest.mark.parametrize("share", [10, pytest.param(1, marks=pytest.mark.long)], ids=["a tenth", "all"])
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def changing(world) -> list[PortalOperation]:
    return list(all_operations(world.portal.app, *CHANGES).values())


@pytest.fixture
def taking_json(changing) -> list[PortalOperation]:
    """All but the operation that takes a file: it takes forms only."""
    return [operation for operation in changing if not operation.guard.streams]


def send(world, operation: PortalOperation, data, content_type: str | None = None, **headers: str):
    """Send a body as a script on the page could: with the cookie and its token."""
    return world.browsers[CALLER].client.open(
        operation.path,
        method=operation.method,
        data=data,
        content_type=content_type,
        headers={"X-CSRFToken": world.tokens[CALLER], **headers},
    )


def send_json(world, operation: PortalOperation, body: object):
    return send(world, operation, json.dumps(body), "application/json")


def valid_anyway(field, value) -> bool:
    """Return whether a value that is not a text is nevertheless valid for this field."""
    return (
        (isinstance(field, NumberField) and type(value) is int)
        or (isinstance(field, YesNoField) and isinstance(value, bool))
        or (isinstance(field, CredentialField) and isinstance(value, dict))
        or (isinstance(field, SeveralField) and isinstance(value, list))
        or isinstance(field, FileField)
    )


def test_every_change_is_tried(changing):
    assert len(changing) > 40
    assert sum(len(operation.fields) for operation in changing) > 80


@each
@sweep("number, name", enumerate(BODIES), ids=BODIES)
def test_no_operation_accepts_a_hostile_body(world, taking_json, share, number, name):
    body = corpora.encoded(BODIES[name], world.org)

    for operation in taking_json[number % share :: share]:
        assert_refusal_shape(send(world, operation, body, "application/json"), 400)
    assert world.rows() == world.initial_rows


@sweep("kind", TYPES["unknown"], ids=ascii)
def test_no_operation_accepts_another_content_type(world, changing, kind):
    for operation in changing:
        assert_refusal_shape(send(world, operation, b"name=x", kind), 415)
    assert world.rows() == world.initial_rows


@sweep("kind", TYPES["malformed"])
def test_json_under_another_content_type_is_read(world, taking_json, kind):
    for operation in taking_json:
        assert_refusal_shape(send(world, operation, '{"name": "A"'.encode("utf-16"), kind), 400)
    assert world.rows() == world.initial_rows


@sweep("kind", TYPES["encodings"])
def test_no_operation_accepts_another_encoding(world, taking_json, kind):
    for operation in taking_json:
        answer = send(world, operation, '{"name": "A"'.encode("utf-16"), kind)
        assert_refused(answer, 415, "This charset is not supported: send UTF-8")
    assert world.rows() == world.initial_rows


@pytest.mark.timeout(300)
def test_truncated_forms_and_repeated_fields_are_refused(world, taking_json):
    for operation in taking_json:
        many = "&".join(f"f{number}=x" for number in range(300))
        for data in (b"name=%ff", b"name=\xff", many.encode()):
            assert_refusal_shape(send(world, operation, data, "application/x-www-form-urlencoded"), 400)
        for field in operation.fields:
            if not isinstance(field, SeveralField | FileField):
                twice = {**operation.example_fields(world.here), field.name: ["x", "y"]}
                assert_refusal_shape(send(world, operation, twice), 400)
    assert world.rows() == world.initial_rows


@each
@pytest.mark.timeout(300)
def test_no_field_accepts_a_hostile_value(world, taking_json, share):
    fields = [(operation, field) for operation in taking_json for field in operation.fields]
    for number, (operation, field) in enumerate(fields):
        for value in VALUES["json"][number % share :: share]:
            if not valid_anyway(field, value):
                answer = send_json(
                    world, operation, {**operation.example_fields(world.here), field.name: value}
                )
                assert_refusal_shape(answer, 400)
    assert world.rows() == world.initial_rows


@each
@sweep("dialect", DRAWN)
def test_no_form_field_accepts_a_hostile_text(world, changing, share, dialect):
    fields = [(operation, field) for operation in changing for field in operation.fields]
    for number, (operation, field) in enumerate(fields):
        for text in TEXTS[number % share :: share]:
            file = {"file": (io.BytesIO(b"a bundle"), "b.zip")} if operation.guard.streams else {}
            sent = {**operation.example_fields(world.here), field.name: text, **file}
            if field.name in file:
                continue
            answer = send(world, operation, sent, **DRAWN[dialect])
            assert answer.status_code == 400, (operation.label, field.name)
            assert answer.mimetype == "text/html"
    assert world.rows() == world.initial_rows


@pytest.mark.timeout(300)
def test_no_query_accepts_a_hostile_value(world):
    for operation in all_operations(world.portal.app, "GET").values():
        for field in operation.fields:
            given = "&".join(
                f"{name}={value}" for name, value in operation.example_fields(world.here).items()
            )
            for value in [*VALUES["query"], "x" * 5000]:
                path = f"{operation.path}?{given}&{field.name}={value}"
                assert_refusal_shape(world.browsers[CALLER].client.get(path), 400)


@sweep("address", ADDRESSES["refused"], ids=ascii)
def test_no_operation_accepts_an_invalid_address(world, changing, address):
    tried = [(operation, name) for operation in changing for name in operation.addresses]

    for operation, name in tried:
        answer = send_json(world, operation, {**operation.example_fields(world.here), name: address})
        missing = next(field.required for field in operation.guard.operation() if field.name == name)
        error = missing if missing and not address.strip() else "Invalid email format"
        assert_refused(answer, 400, error, name)
    assert len(tried) > 8
    assert world.rows() == world.initial_rows
