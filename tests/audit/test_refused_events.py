"""The event of a refused attempt: its route's guard names it, or selects it by the form."""

import pytest

from app.base.events import Event
from tests.support.sweeping import sweep

MEMBERS, SECURITY = "/organization/members/", "/organization/security/"

# Public operations, which check no permission.
PUBLIC = {
    "sessions.log_in",
    "sessions.log_out",
    "password_reset.request_link",
    "password_reset.set_password",
    "second_step.complete",
    "second_step.options",
    "second_step.passkey",
    "second_step.passkey_options",
}


def changing_endpoints(portal) -> set[str]:
    rules = portal.app.url_map.iter_rules()
    return {rule.endpoint for rule in rules if (rule.methods or set()) & {"POST", "PUT", "DELETE"}}


def refusals(portal) -> list[str]:
    return [entry.action for entry in portal.audit() if entry.outcome == "refused"]


def test_every_changing_route_names_its_event(portal):
    views = {name: view.guard for name, view in portal.app.view_functions.items() if name != "static"}
    naming = {name for name, guard in views.items() if getattr(guard, "refused_as", None)}

    assert naming == changing_endpoints(portal) - PUBLIC
    assert {views[name].kind for name in PUBLIC} == {"public"}


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"action": "role", "role": "write"}, Event.MEMBER_ROLE_CHANGED),
        ({"action": "remove", "confirmed": "1"}, Event.MEMBER_REMOVED),
        ({"action": "remove"}, Event.MEMBER_REMOVED),
    ],
)
def test_refused_bulk_change_is_recorded_as_the_requested_event(cast, fields, event):
    refused = cast.api("wendy").post(f"{MEMBERS}bulk/", orgId=cast.org, email=[cast.rita.email], **fields)

    assert refused.status_code == 403
    assert refusals(cast.portal) == [event.value]


@pytest.mark.parametrize(
    ("required", "event"), [(True, Event.TWO_FACTOR_REQUIRED), (False, Event.TWO_FACTOR_NOT_REQUIRED)]
)
def test_refused_two_factor_switch_is_recorded_as_on_or_off(cast, required, event):
    assert cast.api("adam").post(SECURITY, orgId=cast.org, required=required).status_code == 403

    assert refusals(cast.portal) == [event.value]


@pytest.mark.parametrize(
    ("fields", "event"),
    [({"name": "other"}, Event.KEY_RENAMED), ({"regenerate": True}, Event.KEY_RENEWED)],
)
def test_refused_change_of_a_key_is_recorded_as_the_requested_event(cast, fields, event):
    assert cast.api("rita").put("/apikey/", id="key_1", **fields).status_code == 403

    assert refusals(cast.portal) == [event.value]


@pytest.mark.parametrize(
    ("fields", "event"),
    [({"id": "session_1"}, Event.SESSION_REVOKED), ({"others": True}, Event.OTHER_SESSIONS_REVOKED)],
)
def test_refused_end_of_sessions_is_recorded_as_the_requested_event(cast, fields, event):
    assert cast.api("rita").delete("/account/sessions/", **fields).status_code == 403

    assert refusals(cast.portal) == [event.value]


@sweep(
    "fields",
    [{"action": "boss"}, {"action": ["role"]}, {"action": None}, {"action": "remove", "unknown": "1"}],
    ids=str,
)
@sweep("who", ["alice", "wendy"])
def test_input_that_names_no_event_gets_400_and_is_not_recorded(cast, fields, who):
    refused = cast.api(who).post(f"{MEMBERS}bulk/", orgId=cast.org, email=[cast.rita.email], **fields)

    assert refused.status_code == 400
    assert refusals(cast.portal) == []


def test_refused_attempt_is_shown_with_the_label_of_its_event(cast):
    cast.api("wendy").delete(MEMBERS, orgId=cast.org, email=cast.uma.email)
    page = cast.browser("alice").get(f"/organization/audit/?orgId={cast.org}")

    row = " ".join(page.select_one("#audit-rows > tr").get_text(" ").split())
    assert row.startswith("Member removed Refused Uma")


def test_filter_by_event_finds_both_outcomes(cast):
    cast.api("wendy").delete(MEMBERS, orgId=cast.org, email=cast.uma.email)
    cast.api("alice").delete(MEMBERS, orgId=cast.org, email=cast.uma.email)
    found = cast.api("alice").get("/organization/audit/", orgId=cast.org, action="member.removed").get_json()

    assert [entry["outcome"] for entry in found["data"]] == ["done", "refused"]
