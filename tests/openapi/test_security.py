"""The specification agrees with the guards about who may call what."""

import pytest

from app import outline
from app.base.config import load
from tests.support.answers import assert_refused
from tests.support.specification import specification
from tests.support.sweeping import sweep

pytestmark = pytest.mark.short

PORTAL_ONLY = {
    endpoint: view.guard.by_key
    for endpoint, view in outline(load({})).view_functions.items()
    if hasattr(view, "guard") and view.guard.api and view.guard.by_key
}
CLOSED = [
    (path, method, operation)
    for path, item in specification()["paths"].items()
    for method, operation in item.items()
    if operation["security"]
]
every_closed_operation = sweep(
    "path, method, operation", CLOSED, ids=[operation["operationId"] for *_, operation in CLOSED]
)


def send(cast, api, path: str, method: str, operation):
    """Send the example of an operation, in the organization of the cast."""
    fields = {parameter["name"]: parameter["example"] for parameter in operation.get("parameters", [])}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        fields |= specification()["components"]["schemas"][name]["examples"][0]
    fields |= {"orgId": cast.org} if "orgId" in fields else {}
    address = path.format(**{name: fields.pop(name) for name in ("id", "bundle_id") if f"{{{name}}}" in path})
    return api.send(method, address, **({"query_string": fields} if method == "get" else {"json": fields}))


@every_closed_operation
def test_an_invalid_key_is_refused_everywhere(cast, path, method, operation):
    answer = send(cast, cast.portal.api("crew_unknown"), path, method, operation)

    assert_refused(answer, 401, "Invalid API key")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@every_closed_operation
def test_keys_are_refused_exactly_where_only_sessions_may(cast, path, method, operation):
    by_key = {"key": []} in operation["security"]

    answer = send(cast, cast.api("alice"), path, method, operation)

    endpoint = operation["operationId"].removesuffix("_by_path")
    refusal = next((text for name, text in PORTAL_ONLY.items() if name.replace(".", "_") == endpoint), None)
    assert by_key is (refusal is None)
    if refusal:
        assert_refused(answer, 403, refusal)
    else:
        assert answer.status_code != 403 or answer.get_json()["error"] not in PORTAL_ONLY.values()


@sweep("path", ["/login/", "/register/", "/reset/", "/logout/"])
def test_visitors_need_the_token_and_keys_do_not(cast, path):
    operation = specification()["paths"][path]["post"]

    assert operation["security"] == [{"key": []}, {"bearer": []}, {"session": [], "csrf": []}]
    assert_refused(send(cast, cast.portal.api(), path, "post", operation), 403, "The form has expired")
    assert send(cast, cast.api("alice"), path, "post", operation).status_code in {200, 401}
