"""Who is asking: keys in headers, sessions in cookies, and what cannot stand in for what."""

import pytest

from app.models import CredentialKind
from app.services import credentials
from tests.answers import assert_refused
from tests.deeds import DEEDS

PATH = "/organization/"
HEADERS = [
    {"Authorization": "{key}"},
    {"authorization": "{key}"},
    {"Authorization": " {key} "},
    {"Authorization": "Bearer {key}"},
    {"Authorization": "bearer {key}"},
    {"x-api-key": "{key}"},
    {"capgkey": "{key}"},
    {"Authorization": "Bearer {key}", "x-api-key": "{key}", "capgkey": "{key}"},
]
BAD_HEADERS = [
    {"Authorization": "your-api-key"},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": "Basic {key}"},
    {"Authorization": "{key} {key}"},
    {"Authorization": "{key}x"},
    {"x-api-key": ""},
    {"capgkey": "your-api-key"},
    {"Authorization": "{key}", "x-api-key": "your-api-key"},
    {"Authorization": "your-api-key", "capgkey": "{key}"},
    {"Authorization": "{key}", "x-api-key": ""},
    {"Authorization": "{key}", "capgkey": "{other}"},
    {"x-api-key": "{key}", "capgkey": "{other}"},
]
CHANGES = {label: deed for label, deed in DEEDS.items() if deed.method != "GET"}


def with_keys(world, headers):
    known = {"key": world.keys["active-admin"], "other": world.keys["active-read"]}
    return {name: value.format(**known) for name, value in headers.items()}


def session_secret(world):
    with world.portal.working():
        person = world.people["active-admin"]
        return credentials.issue(person.uid, CredentialKind.SESSION)[1]


@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_a_key_is_accepted_in_each_header(world, headers):
    answer = world.portal.api().send("GET", PATH, headers=with_keys(world, headers))

    assert answer.status_code == 200
    assert [one["id"] for one in answer.get_json()["data"]] == [world.org]


@pytest.mark.parametrize("headers", BAD_HEADERS, ids=str)
def test_a_bad_header_beats_a_good_cookie(world, headers):
    client = world.browsers["active-admin"].client
    assert client.get(PATH).status_code == 200

    answer = client.get(PATH, headers=with_keys(world, headers))

    assert_refused(answer, 401, "Invalid API key")
    assert answer.headers["WWW-Authenticate"]


def test_a_good_key_beats_a_good_cookie(world):
    client = world.browsers["active-admin"].client

    answer = client.get(PATH, headers={"Authorization": world.keys["outsider"]})

    assert answer.get_json() == {"data": []}


@pytest.mark.parametrize("header", ["Authorization", "x-api-key", "capgkey"])
def test_the_secret_of_a_session_is_no_key(world, header):
    answer = world.portal.api().send("GET", PATH, headers={header: session_secret(world)})

    assert_refused(answer, 401, "Invalid API key")


@pytest.mark.parametrize("kind", ["session", "key"])
def test_a_key_is_no_session(world, kind):
    secret = session_secret(world) if kind == "session" else world.keys["active-admin"]
    client = world.browsers["nobody"].client
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret

    answer = client.get(PATH)

    client.delete_cookie("crewroom")
    if kind == "session":
        assert answer.status_code == 200
    else:
        assert_refused(answer, 401, "Invalid API key")


@pytest.mark.parametrize("deed", CHANGES.values(), ids=CHANGES)
def test_a_change_by_cookie_needs_its_token(world, deed):
    client = world.browsers["active-super_admin"].client
    tokens = [{}, {"X-CSRFToken": ""}, {"X-CSRFToken": "x"}, {"X-CSRFToken": world.tokens["active-admin"]}]

    for headers in tokens:
        method, path, fields = deed.at(world.here)
        answer = client.open(path, method=method, data=fields, headers=headers)
        assert answer.status_code == 403
        assert answer.get_json()["status"] == "KO"
    method, path, fields = deed.at(world.here)
    form = client.post(path, data={**fields, "_method": method}, headers={"Accept": "text/html"})

    assert form.status_code in {403, 405, 415}
    assert world.contents() == world.kept
    assert world.ask("session", "active-super_admin", *deed.at(world.here)).status_code == 200


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_change_from_another_site_is_refused_even_with_the_token(world, headers):
    client, body = world.browsers["active-admin"].client, {"orgId": world.org, "name": "Mine"}
    token = {"X-CSRFToken": world.tokens["active-admin"]}

    answer = client.post(PATH, json=body, headers={**token, **headers})

    assert answer.status_code == 403
    assert world.contents() == world.kept
    own = client.post(PATH, json=body, headers={**token, "Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 200
    by_key = world.api("active-admin").send("POST", PATH, json=body, headers=headers)
    assert by_key.status_code == 200


def test_a_key_cannot_disguise_one_method_as_another(world):
    fields = {"orgId": world.org, "name": "Northwind", "_method": "DELETE"}

    answer = world.api("active-super_admin").send("POST", PATH, data=fields)

    assert answer.get_json()["status"] == "Organization updated"
    assert world.api("active-super_admin").get(PATH, orgId=world.org).status_code == 200


def test_a_revoked_credential_fails_from_the_next_request_on(world):
    api, browser = world.api("active-admin"), world.browsers["active-admin"].client
    assert (api.get(PATH).status_code, browser.get(PATH).status_code) == (200, 200)

    with world.portal.working():
        from app.models import Credential

        credentials.revoke(Credential.user_id == world.people["active-admin"].uid)

    assert_refused(api.get(PATH), 401, "Invalid API key")
    assert_refused(browser.get(PATH), 401, "Invalid API key")
