"""A key with a ceiling of admin or above, or without an end, needs a proof: a session alone can be stolen."""

import pytest

from tests.support.portal import PASSWORD
from tests.support.second_factors import SoftPasskey, add_passkey, set_up_app
from tests.support.sweeping import sweep

KEYS = "/apikey/"
POWERFUL = [
    {"role": "admin", "expires_in_days": 30},
    {"role": "super_admin", "expires_in_days": 1},
    {"role": "read"},
    {"role": "write", "expires_in_days": None},
]


@pytest.fixture
def alice(cast):
    return cast.browser("alice")


def made(browser, **body):
    return browser.json("POST", KEYS, json={"name": "ci", **body})


def number_of_keys(browser) -> int:
    return len(browser.json("GET", KEYS).get_json()["data"])


@sweep("wanted", POWERFUL)
def test_session_alone_makes_no_powerful_key(alice, wanted):
    refused = made(alice, **wanted)

    answer = refused.get_json()
    assert (refused.status_code, answer["error"]) == (403, "Password required")
    assert (answer["field"], answer["code"]) == ("password", "password_or_code_required")
    assert number_of_keys(alice) == 0


@sweep("wanted", POWERFUL)
def test_password_makes_a_powerful_key(alice, wanted):
    assert made(alice, password=PASSWORD, **wanted).status_code == 200


@sweep("role", ["read", "upload", "write"])
def test_session_alone_makes_a_weak_key_that_expires(alice, role):
    assert made(alice, role=role, expires_in_days=30).status_code == 200


@pytest.mark.parametrize(
    "proof", [{"password": "not the password"}, {"code": "000000"}, {"code": "abcde-fghij"}]
)
def test_wrong_proof_makes_no_key_and_is_counted(alice, proof):
    answers = [made(alice, role="admin", **proof).status_code for _ in range(6)]

    assert answers == [403] * 5 + [429]
    assert number_of_keys(alice) == 0


def test_code_of_the_app_makes_a_key_once(alice):
    app = set_up_app(alice)

    codes = {"app": app.code(steps=1), "recovery": app.recovery_codes[0]}
    for kind, code in codes.items():
        assert made(alice, role="admin", code=code).status_code == 200, kind
        assert made(alice, role="admin", code=code).status_code == 403, kind


def test_key_makes_no_key_whatever_it_proves(cast):
    refused = cast.api("alice").post(KEYS, name="ci", role="admin", password=PASSWORD)

    assert refused.get_json()["error"] == "Insufficient permissions to manage API keys"


@sweep("wanted", POWERFUL)
def test_renewing_a_powerful_key_needs_a_proof_too(alice, wanted):
    """A session that was stolen must not get the secret of a key that is there, either."""
    key = made(alice, password=PASSWORD, **wanted).get_json()["data"]

    refused = alice.json("PUT", KEYS, json={"id": key["id"], "regenerate": True})
    renewed = alice.json("PUT", KEYS, json={"id": key["id"], "regenerate": True, "password": PASSWORD})

    assert (refused.status_code, refused.get_json()["code"]) == (403, "password_or_code_required")
    assert renewed.status_code == 200
    assert renewed.get_json()["data"]["key"] != key["key"]


def test_renaming_a_powerful_key_needs_none(alice):
    key = made(alice, password=PASSWORD, role="admin").get_json()["data"]

    assert alice.json("PUT", KEYS, json={"id": key["id"], "name": "release"}).status_code == 200


def test_form_asks_for_the_password_and_keeps_what_was_typed(alice):
    alice.submit(KEYS, name="deploy", role="admin", expires_in_days="30", status=403)

    assert alice.page.find(id="key-name")["value"] == "deploy"
    assert "Password required" in alice.page.find(id="key-password-error").get_text()


@pytest.mark.parametrize("name", ["org_id", "expires_in_days"])
@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_text_never_widens_a_key(alice, cast, name, empty):
    """Shell scripts, CI templates and Terraform write `""` for a variable that was never set."""
    whole = {"role": "read", "password": PASSWORD, "org_id": cast.org, "expires_in_days": 30}

    refused = made(alice, **{**whole, name: empty}).get_json()
    decided = made(alice, **{**whole, name: None})

    assert refused == {
        "error": f"{name} must not be empty",
        "message": "Send null for none.",
        "field": name,
        "status": "KO",
    }
    assert decided.status_code == 200
    assert number_of_keys(alice) == 1


def test_an_empty_text_never_renews_a_key_without_an_end(alice):
    key = made(alice, role="read", expires_in_days=30).get_json()["data"]

    change = {"id": key["id"], "regenerate": True, "expires_in_days": "", "password": PASSWORD}
    refused = alice.json("PUT", KEYS, json=change)

    assert (refused.status_code, refused.get_json()["field"]) == (400, "expires_in_days")


def test_form_offers_no_code_to_people_who_have_none(alice):
    assert alice.get("/apikey/new/").find(id="key-code") is None


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_form_takes_a_code_of_people_who_have_one(alice, kind):
    app = set_up_app(alice)
    code = {"app": app.code(steps=1), "recovery": app.recovery_codes[0]}[kind]
    wanted = {"name": "deploy", "role": "admin", "expires_in_days": "30", "password": ""}

    hint = alice.get("/apikey/new/").find(id="key-code-hint").get_text()
    alice.submit(KEYS, status=403, code="000000", **wanted)
    error = alice.page.find(id="key-code-error").get_text()
    alice.submit(KEYS, code=code, **wanted)

    assert hint.startswith("From your authenticator app, or a recovery code.")
    assert "Invalid code" in error
    assert number_of_keys(alice) == 1


def test_form_offers_recovery_codes_to_people_who_have_only_passkeys(named_portal):
    """Their device signs them in; the password that they once chose may be forgotten."""
    alice = named_portal.browser(named_portal.person("Alice"))
    codes = add_passkey(alice, SoftPasskey())["recovery_codes"]
    key = made(alice, role="admin", code=codes[0]).get_json()["data"]

    hint = alice.get(f"/apikey/renew/?id={key['id']}").find(id="key-code-hint").get_text()
    alice.submit(KEYS, method="PUT", id=key["id"], regenerate="1", code=codes[1], password="")

    assert hint.startswith("One of your recovery codes.")
    assert "has a new secret" in alice.flash()
