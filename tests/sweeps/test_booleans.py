"""Boolean fields: the accepted spellings of true and false, and no others."""

import json

from app.web.forms.forms import Operation, YesNoField
from tests.support.answers import assert_names_field
from tests.support.operations import CHANGES, all_operations
from tests.support.sweeping import sweep

CALLER = "active-super_admin"
BULK, SESSIONS = "/organization/members/bulk/", "/account/sessions/"
TRUE_VALUES = [True, "true", "1", "on"]
FALSE_VALUES = [False, "false", "0", "", None]
INVALID_VALUES = [
    "yes",
    "no",
    "off",
    "True",
    "TRUE",
    "t",
    "y",
    "2",
    "01",
    " true",
    "null",
    "undefined",
    "ja",
    1,
    0,
    [],
    [True],
    {},
]


class Question(Operation):
    """A form with one boolean field."""

    sure = YesNoField.optional("Sure")


def send(world, method: str, path: str, body: dict[str, object], *, form: bool = False):
    headers = {"X-CSRFToken": world.tokens[CALLER]}
    sent = {"data": body} if form else {"data": json.dumps(body), "content_type": "application/json"}
    return world.browsers[CALLER].client.open(path, method=method, headers=headers, **sent)


@sweep("value", INVALID_VALUES, ids=repr)
def test_anything_else_is_refused_by_every_operation(world, value):
    found = [
        (operation, field)
        for operation in all_operations(world.portal.app, *CHANGES).values()
        for field in operation.fields
        if isinstance(field, YesNoField)
    ]

    assert {"confirmed", "others", "regenerate", "required", "expiry_required"} <= {
        field.name for _, field in found
    }
    for operation, field in found:
        body = {**operation.example_fields(world.here), field.name: value}
        answer = send(world, operation.method, operation.path, body)
        assert_names_field(answer, field.name)
        assert answer.json["error"] == f"{field.name} must be true or false"
        if isinstance(value, str):
            assert_names_field(send(world, operation.method, operation.path, body, form=True), field.name)
    assert world.rows() == world.initial_rows


@sweep("values, meant", [(TRUE_VALUES, True), (FALSE_VALUES, False)])
def test_each_accepted_spelling_is_understood(values, meant):
    for value in values:
        form = Question()
        form.fill({"sure": value})
        assert form.sure.value is meant


@sweep("value", [*FALSE_VALUES, "absent"], ids=repr)
def test_an_unconfirmed_removal_asks_first(world, value):
    """`confirmed: "false"` of a shell script, `"0"` of PHP, `false` of JavaScript."""
    body = {"orgId": world.org, "email": "victim@crew.test", "action": "remove", "confirmed": value}
    if value == "absent":
        del body["confirmed"]

    answer = send(world, "POST", BULK, body)

    assert (answer.status_code, answer.json["data"]) == (200, ["victim@crew.test"])
    assert world.rows() == world.initial_rows


@sweep("value", TRUE_VALUES, ids=repr)
def test_a_confirmed_removal_removes(world, value):
    body = {"orgId": world.org, "email": "victim@crew.test", "action": "remove", "confirmed": value}

    assert send(world, "POST", BULK, body).json == {"status": "OK"}


@sweep("value", FALSE_VALUES, ids=repr)
def test_other_sessions_remain_when_others_is_false(world, value):
    answer = send(world, "DELETE", SESSIONS, {"others": value})

    assert (answer.status_code, answer.json["error"]) == (400, "id or others is required")
    assert world.rows() == world.initial_rows


def test_other_sessions_end_when_others_is_true(world):
    for value in TRUE_VALUES:
        assert send(world, "DELETE", SESSIONS, {"others": value}).json == {"status": "OK"}


def test_one_session_and_all_others_cannot_be_combined(world):
    answer = send(world, "DELETE", SESSIONS, {"id": "session_0", "others": True})

    assert (answer.status_code, answer.json["error"]) == (400, "Send either id or others")
    assert world.rows() == world.initial_rows
