"""The check of answers in every test client really fails."""

import pytest
from flask import Flask, jsonify
from werkzeug.test import TestResponse

from tests.support.clients import Api
from tests.support.specification import assert_described

ORGANIZATION = {
    "id": "org_1",
    "created_by": "user_1",
    "created_at": "2024-01-01T00:00:00Z",
    "updated_at": "2024-01-01T00:00:00Z",
    "logo": None,
    "name": "Northwind",
    "management_email": "alice@crew.test",
    "customer_id": None,
}


NAMED = {"X-Request-Id": "req_1"}


def answered(portal, payload, status: int = 200, headers: dict[str, str] = NAMED) -> TestResponse:
    """Return a fabricated answer of `/organization/`."""
    other = Flask("other")
    other.add_url_rule("/organization/", view_func=lambda: (jsonify(payload), status, headers))
    return other.test_client().get("/organization/")


def test_a_described_answer_passes(portal):
    for payload in (ORGANIZATION, [ORGANIZATION], []):
        assert_described(portal.app, answered(portal, {"data": payload}))


@pytest.mark.parametrize(
    ("payload", "status"),
    [
        ({"data": {**ORGANIZATION, "secret": "x"}}, 200),
        ({"data": {**ORGANIZATION, "logo": 1}}, 200),
        ({"data": {name: value for name, value in ORGANIZATION.items() if name != "logo"}}, 200),
        ({"organizations": []}, 200),
        ({"data": []}, 201),
        ({"error": "Nothing here", "status": "KO"}, 404),
        ({"error": "Invalid API key", "status": "OK"}, 401),
    ],
)
def test_an_undescribed_answer_fails(portal, payload, status):
    with pytest.raises(AssertionError):
        assert_described(portal.app, answered(portal, payload, status))


def test_an_answer_without_a_required_header_fails(portal):
    refusal = {"error": "Invalid API key", "status": "KO", "code": "invalid_key"}
    challenged = {**NAMED, "WWW-Authenticate": "Bearer"}

    assert_described(portal.app, answered(portal, refusal, 401, challenged))
    for headers in (NAMED, {"WWW-Authenticate": "Bearer"}):
        with pytest.raises(AssertionError):
            assert_described(portal.app, answered(portal, refusal, 401, headers))


def test_the_clients_of_tests_check_their_answers(portal, monkeypatch):
    undescribed = {"organizations.index": lambda: jsonify({"data": "all of them"})}
    monkeypatch.setattr(portal.app, "view_functions", portal.app.view_functions | undescribed)

    with pytest.raises(AssertionError):
        Api(portal.app, {}).get("/organization/")
