"""`/account/sessions/`: where an account is signed in."""

from tests.support.portal import PASSWORD, Portal

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def listed(browser):
    return browser.json("GET", "/account/sessions/").get_json()["data"]


def test_sessions_are_listed_with_their_device_current_first(portal: Portal):
    zoe = portal.person("Zoe")
    here, elsewhere = portal.browser(zoe), portal.browser()
    elsewhere.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    elsewhere.log_in(zoe.email, PASSWORD)

    data = listed(here)

    assert [row["current"] for row in data] == [True, False], "this one first, though the other was used last"
    assert data[1]["device"] == "Firefox on Linux"
    assert set(data[0]) == {"id", "device", "created_at", "last_used_at", "expires_at", "current"}


def test_ended_session_is_refused_at_its_next_request(portal: Portal):
    zoe = portal.person("Zoe")
    here, elsewhere = portal.browser(zoe), portal.browser(zoe)
    (other,) = [row["id"] for row in listed(here) if not row["current"]]

    here.submit("/account/sessions/", method="DELETE", id=other)

    assert elsewhere.json("GET", "/account/").status_code == 401
    assert [row["current"] for row in listed(here)] == [True]


def test_all_other_sessions_end_together(portal: Portal):
    zoe = portal.person("Zoe")
    here, *others = (portal.browser(zoe) for _ in range(4))

    here.submit("/account/sessions/", method="DELETE", others="1")

    assert "3 sessions ended." in here.flash()
    assert [other.json("GET", "/account/").status_code for other in others] == [401, 401, 401]


def test_session_of_another_account_is_not_found(portal: Portal):
    theirs, mine = portal.browser(portal.person("Yan")), portal.browser(portal.person("Zoe"))
    foreign_id = listed(theirs)[0]["id"]

    foreign = mine.json("DELETE", "/account/sessions/", json={"id": foreign_id})
    unknown = mine.json("DELETE", "/account/sessions/", json={"id": "session_unknown"})

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.data == unknown.data
    assert theirs.json("GET", "/account/").status_code == 200


def test_ending_the_current_session_signs_out(portal: Portal):
    browser = portal.browser(portal.person("Zoe"))
    (current,) = listed(browser)

    browser.submit("/account/sessions/", method="DELETE", id=current["id"])

    assert browser.json("GET", "/account/").status_code == 401


def test_either_id_or_others_is_required(portal: Portal):
    browser = portal.browser(portal.person("Zoe"))

    refused = browser.json("DELETE", "/account/sessions/", json={})

    assert (refused.status_code, refused.get_json()["error"]) == (400, "id or others is required")
