"""A key that has a ceiling of admin or above, or never expires, needs a password or code to create."""

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


def create(browser, **body):
    return browser.json("POST", KEYS, json={"name": "ci", **body})


def count_keys(browser) -> int:
    return len(browser.json("GET", KEYS).get_json()["data"])


@sweep("fields", POWERFUL)
def test_session_alone_cannot_create_a_powerful_key(alice, fields):
    refused = create(alice, **fields)

    answer = refused.get_json()
    assert (refused.status_code, answer["error"]) == (403, "Password required")
    assert (answer["field"], answer["code"]) == ("password", "password_or_code_required")
    assert count_keys(alice) == 0


@sweep("fields", POWERFUL)
def test_password_allows_a_powerful_key(alice, fields):
    assert create(alice, password=PASSWORD, **fields).status_code == 200


@sweep("role", ["read", "upload", "write"])
def test_session_alone_can_create_a_weak_key_that_expires(alice, role):
    assert create(alice, role=role, expires_in_days=30).status_code == 200


@pytest.mark.parametrize(
    "proof", [{"password": "not the password"}, {"code": "000000"}, {"code": "abcde-fghij"}]
)
def test_wrong_password_or_code_creates_no_key_and_is_counted(alice, proof):
    answers = [create(alice, role="admin", **proof).status_code for _ in range(6)]

    assert answers == [403] * 5 + [429]
    assert count_keys(alice) == 0


def test_each_code_creates_only_one_key(alice):
    app = set_up_app(alice)

    codes = {"app": app.code(steps=1), "recovery": app.recovery_codes[0]}
    for kind, code in codes.items():
        assert create(alice, role="admin", code=code).status_code == 200, kind
        assert create(alice, role="admin", code=code).status_code == 403, kind


def test_api_key_cannot_create_a_key_even_with_the_password(cast):
    refused = cast.api("alice").post(KEYS, name="ci", role="admin", password=PASSWORD)

    assert refused.get_json()["error"] == "Insufficient permissions to manage API keys"


@sweep("fields", POWERFUL)
def test_renewing_a_powerful_key_needs_a_password_or_code_too(alice, fields):
    """A stolen session must not be enough to get a new secret for an existing key either."""
    key = create(alice, password=PASSWORD, **fields).get_json()["data"]

    refused = alice.json("PUT", KEYS, json={"id": key["id"], "regenerate": True})
    renewed = alice.json("PUT", KEYS, json={"id": key["id"], "regenerate": True, "password": PASSWORD})

    assert (refused.status_code, refused.get_json()["code"]) == (403, "password_or_code_required")
    assert renewed.status_code == 200
    assert renewed.get_json()["data"]["key"] != key["key"]


def test_renaming_a_powerful_key_needs_no_password(alice):
    key = create(alice, password=PASSWORD, role="admin").get_json()["data"]

    assert alice.json("PUT", KEYS, json={"id": key["id"], "name": "release"}).status_code == 200


def test_form_asks_for_the_password_and_keeps_the_input(alice):
    alice.submit(KEYS, name="deploy", role="admin", expires_in_days="30", status=403)

    assert alice.page.find(id="key-name")["value"] == "deploy"
    assert "Password required" in alice.page.find(id="key-password-error").get_text()


@pytest.mark.parametrize("name", ["org_id", "expires_in_days"])
@pytest.mark.parametrize("empty", ["", " "])
def test_empty_strings_never_widen_a_key(alice, cast, name, empty):
    """Shell scripts, CI templates and Terraform write `""` for a variable that was never set."""
    whole = {"role": "read", "password": PASSWORD, "org_id": cast.org, "expires_in_days": 30}

    refused = create(alice, **{**whole, name: empty}).get_json()
    with_null = create(alice, **{**whole, name: None})

    assert refused == {
        "error": f"{name} must not be empty",
        "message": "Send null for none.",
        "field": name,
        "status": "KO",
        "code": "field_empty",
    }
    assert with_null.status_code == 200
    assert count_keys(alice) == 1


def test_empty_string_never_makes_a_renewed_key_permanent(alice):
    key = create(alice, role="read", expires_in_days=30).get_json()["data"]

    change = {"id": key["id"], "regenerate": True, "expires_in_days": "", "password": PASSWORD}
    refused = alice.json("PUT", KEYS, json=change)

    assert (refused.status_code, refused.get_json()["field"]) == (400, "expires_in_days")


def test_form_has_no_code_field_for_accounts_without_codes(alice):
    assert alice.get("/apikey/new/").find(id="key-code") is None


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_form_accepts_a_code_of_accounts_that_have_one(alice, kind):
    app = set_up_app(alice)
    code = {"app": app.code(steps=1), "recovery": app.recovery_codes[0]}[kind]
    fields = {"name": "deploy", "role": "admin", "expires_in_days": "30", "password": ""}

    hint = alice.get("/apikey/new/").find(id="key-code-hint").get_text()
    alice.submit(KEYS, status=403, code="000000", **fields)
    error = alice.page.find(id="key-code-error").get_text()
    alice.submit(KEYS, code=code, **fields)

    assert hint.startswith("From your authenticator app, or a recovery code.")
    assert "Invalid code" in error
    assert count_keys(alice) == 1


def test_form_offers_recovery_codes_to_accounts_with_only_passkeys(named_portal):
    """They sign in with their device and may have forgotten their password."""
    alice = named_portal.browser(named_portal.person("Alice"))
    codes = add_passkey(alice, SoftPasskey())["recovery_codes"]
    key = create(alice, role="admin", code=codes[0]).get_json()["data"]

    hint = alice.get(f"/apikey/renew/?id={key['id']}").find(id="key-code-hint").get_text()
    alice.submit(KEYS, method="PUT", id=key["id"], regenerate="1", code=codes[1], password="")

    assert hint.startswith("One of your recovery codes.")
    assert "has a new secret" in alice.flash()
