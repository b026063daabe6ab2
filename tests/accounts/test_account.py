"""`/account/`: profile, password, and erasing the account."""

from app.models import User
from tests.support.portal import PASSWORD, Portal

NEW_PASSWORD = "seven purple elephants"


def test_profile_is_shown_and_saved(portal: Portal):
    zoe = portal.person("Zoe")
    browser = portal.browser(zoe)

    browser.submit("/account/", name="Zoe Quill", image_url="https://pictures.test/zoe.png")

    shown = browser.json("GET", "/account/").get_json()["data"]
    assert shown == {
        "id": zoe.uid,
        "email": zoe.email,
        "name": "Zoe Quill",
        "image_url": "https://pictures.test/zoe.png",
        "confirmed": True,
        "created_at": shown["created_at"],
    }
    assert "Profile saved." in browser.flash()


def test_saving_an_unchanged_profile_is_not_audited(portal: Portal):
    browser = portal.browser(portal.person("Zoe"))

    browser.submit("/account/", name="Zoe", image_url="")

    assert portal.audit("account.updated") == []


def test_picture_must_be_https(portal: Portal):
    browser = portal.browser(portal.person("Zoe"))

    refused = browser.submit("/account/", name="Zoe", image_url="http://pictures.test/zoe.png", status=400)

    assert "image_url must be an https:// URL" in refused.text


def test_api_key_can_read_the_account_but_not_change_it(portal: Portal):
    zoe = portal.person("Zoe")
    api = portal.api(portal.key(zoe))

    assert api.get("/account/").get_json()["data"]["email"] == zoe.email
    for refused in (
        api.post("/account/", name="Mallory"),
        api.post("/account/password/", current_password=PASSWORD, password=NEW_PASSWORD),
        api.post("/account/email/", email="new@crew.test", password=PASSWORD),
        api.delete("/account/", email=zoe.email, password=PASSWORD),
        api.get("/account/sessions/"),
        api.delete("/account/sessions/", others="1"),
    ):
        assert refused.status_code == 403, refused.text
        assert refused.get_json()["error"] == "Insufficient permissions to manage the account"
    assert portal.audit("account.updated", "password.changed", "account.erased") == []


def test_password_change_ends_every_other_session(portal: Portal):
    zoe = portal.person("Zoe")
    here, elsewhere = portal.browser(zoe), portal.browser(zoe)

    here.submit("/account/password/", current_password=PASSWORD, password=NEW_PASSWORD)

    assert here.json("GET", "/account/").status_code == 200
    assert elsewhere.json("GET", "/account/").status_code == 401
    portal.browser().log_in(zoe.email, PASSWORD, status=401)
    portal.browser().log_in(zoe.email, NEW_PASSWORD)
    assert [mail["Subject"] for mail in portal.mails(zoe.email)] == ["Your password was changed"]


def test_old_cookie_stops_working_after_a_password_change(portal: Portal):
    browser = portal.browser(portal.person("Zoe"))
    old = browser.cookie()
    assert old is not None

    browser.submit("/account/password/", current_password=PASSWORD, password=NEW_PASSWORD)

    thief = portal.browser()
    thief.set_cookie(old.value)
    assert thief.client.get("/account/").status_code == 401


def test_wrong_current_password_changes_nothing(portal: Portal):
    zoe = portal.person("Zoe")
    fields = {"current_password": "wrong password", "password": NEW_PASSWORD}

    refused = portal.browser(zoe).submit("/account/password/", status=403, **fields)  # type: ignore[arg-type]

    assert "Wrong password" in refused.text
    portal.browser().log_in(zoe.email, PASSWORD)


def test_new_password_that_is_easy_to_guess_is_refused(portal: Portal):
    fields = {"current_password": PASSWORD, "password": "passwordpassword"}

    refused = portal.browser(portal.person("Zoe")).submit("/account/password/", status=400, **fields)  # type: ignore[arg-type]

    assert "Password is too easy to guess" in refused.text


def test_last_super_admin_cannot_erase_their_account(cast):
    browser = cast.browser("alice")

    refused = browser.json("DELETE", "/account/", json={"email": cast.alice.email, "password": PASSWORD})

    assert refused.status_code == 409
    assert refused.get_json()["error"] == "Cannot remove the last admin from the organization"
    assert f"No other super admin can act in Northwind ({cast.org})." in refused.get_json()["message"]
    assert "Northwind" in browser.get("/account/").find(id="erase-form").get_text()


def test_erasing_ends_memberships_keys_and_sessions(cast):
    browser, key = cast.browser("adam"), cast.portal.key(cast.adam)
    cast.api("adam").post("/organization/members/", orgId=cast.org, email=cast.charlie.email, role="read")

    browser.submit("/account/", method="DELETE", email="ADAM@crew.test", password=PASSWORD)

    assert "Your account is erased." in browser.flash()
    assert cast.portal.api(key).get("/organization/").status_code == 401
    assert cast.portal.role_of(cast.org, cast.adam) is None
    assert cast.portal.role_of(cast.org, cast.charlie) is None
    cast.portal.browser().log_in(cast.adam.email, PASSWORD, status=401)
    with cast.portal.database.reading() as db:
        tombstone = db.get_one(User, cast.adam.uid)
    assert tombstone.email == f"{cast.adam.uid}@erased.invalid"
    assert (tombstone.name, tombstone.password_hash) == ("Erased account", None)


def test_erasing_needs_the_accounts_address_and_password(cast):
    browser = cast.browser("rita")

    wrong_address = browser.json("DELETE", "/account/", json={"email": "x@crew.test", "password": PASSWORD})
    wrong_password = browser.json("DELETE", "/account/", json={"email": cast.rita.email, "password": "no"})

    assert (wrong_address.status_code, wrong_address.get_json()["field"]) == (400, "email")
    assert (wrong_password.status_code, wrong_password.get_json()["error"]) == (403, "Wrong password")
    assert cast.portal.role_of(cast.org, cast.rita) == "read"


def test_erased_accounts_address_can_be_registered_again(cast):
    cast.browser("rita").submit("/account/", method="DELETE", email=cast.rita.email, password=PASSWORD)

    again = cast.portal.person("Rita")

    assert again.uid != cast.rita.uid
    assert cast.portal.role_of(cast.org, again) is None


def test_stolen_session_cannot_guess_the_password(settings_for):
    portal = Portal(settings_for(CREWROOM_RATE_LIMIT="1000"))
    browser = portal.browser(portal.person("Zoe"))
    guess = {"current_password": "not the password", "password": NEW_PASSWORD}

    statuses = [browser.json("POST", "/account/password/", json=guess).status_code for _ in range(21)]

    assert statuses[0] == 403
    assert statuses[-1] == 429
    portal.close()
