"""Unreadable names in every name field, and invalid numbers in every number field."""

import json

import pytest

from app.web.forms.fields import NumberField
from app.web.forms.forms import NameField
from tests.support import corpora
from tests.support.answers import assert_names_field, assert_refusal_shape
from tests.support.operations import CHANGES, all_operations
from tests.support.sweeping import sweep

CALLER = "active-super_admin"
UNREADABLE: list[str] = corpora.read("names")["refused"]
# None of these is a number in the range of any field; JSON can express them all.
NOT_NUMBERS = [-1, 10**30, -(10**30), 1.5, 1e308, "1e3", "0x10", "٣", "1_000", "NaN", "-0.0", True]


@pytest.fixture
def of_kind(world):
    """Return a function that finds the operations with a field of a kind, and the field."""

    def found(kind, *methods):
        return [
            (operation, field)
            for operation in all_operations(world.portal.app, *methods).values()
            for field in operation.fields
            if isinstance(field, kind) and not operation.guard.streams
        ]

    return found


def send(world, operation, field, value):
    sent = {**operation.example_fields(world.here), field.name: value}
    return world.browsers[CALLER].client.open(
        operation.path,
        method=operation.method,
        data=json.dumps(sent),
        content_type="application/json",
        headers={"X-CSRFToken": world.tokens[CALLER]},
    )


@sweep("name", UNREADABLE, ids=ascii)
def test_no_operation_accepts_an_unreadable_name(world, of_kind, name):
    fields = of_kind(NameField, *CHANGES)

    assert len(fields) > 7
    for operation, field in fields:
        if field.blank and not name.strip():
            continue  # counts as empty, which this field allows
        assert_names_field(send(world, operation, field, name), field.name)
    assert world.rows() == world.initial_rows


@sweep("value", NOT_NUMBERS, ids=ascii)
def test_no_operation_accepts_an_invalid_number(world, of_kind, value):
    for operation, field in of_kind(NumberField, *CHANGES):
        assert_refusal_shape(send(world, operation, field, value), 400)
    for operation, field in of_kind(NumberField, "GET"):
        query = {**operation.example_fields(world.here), field.name: str(value)}
        assert_refusal_shape(world.browsers[CALLER].client.get(operation.path, query_string=query), 400)
    assert world.rows() == world.initial_rows
