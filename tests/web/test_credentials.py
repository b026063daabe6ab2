"""How callers authenticate: API keys in headers, sessions in cookies; neither works in the other's place."""

import base64

from app.models import CredentialKind
from app.services.core import credentials
from tests.support.answers import assert_refused
from tests.support.operation_cases import CASES
from tests.support.sweeping import sweep

PATH = "/organization/"
HEADERS = [
    {"Authorization": "{key}"},
    {"authorization": "{key}"},
    {"Authorization": " {key} "},
    {"Authorization": "Bearer {key}"},
    {"Authorization": "bearer {key}"},
    {"x-api-key": "{key}"},
    {"capgkey": "{key}"},
    {"Authorization": "BEARER  {key}"},
    {"Authorization": "Token {key}"},
    {"Authorization": "ApiKey {key}"},
    {"x-api-key": "Bearer {key}"},
    {"Authorization": "Bearer {key}", "x-api-key": "{key}", "capgkey": "{key}"},
    {"Authorization": "Basic dXNlcjpwYXNzd29yZA==, Bearer {key}"},
    {"Authorization": "Negotiate YIIJvw==", "capgkey": "{key}"},
]
# What other software puts into the header: proxies with Basic auth (nginx, Traefik), oauth2-proxy and
# Cloudflare Access (foreign JWTs), Kerberos and NTLM of intranets, Digest (RFC 7616), AWS, Hawk and SCRAM;
# proxies that empty the header instead of removing it; clients whose token is not set.
FOREIGN = [
    "Basic dXNlcjpwYXNzd29yZA==",
    "Basic dXNlcjpww6Rzc3dvcmQ=",
    "Basic dXNlcg==",
    "Basic not-base64",
    "Basic dXNlcjpwYXNzd29yZA",
    "basic",
    "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "Bearer",
    "bearer ghp_0123456789",
    "Token 0123456789",
    'Token token="0123456789"',
    "ApiKey VnVhQ2ZHY0JDZGJrU==",
    "Negotiate YIIJvwYGKwYBBQUCoIIJszCCCa+g",
    "Negotiate",
    "NTLM TlRMTVNTUAABAAAAB4IIAA==",
    'Digest username="ada", realm="portal", nonce="x", uri="/", response="6629fae49393a05397450978507c4ef1"',
    "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu/s3/aws4_request, SignedHeaders=host, Signature=fe5f80",
    'Hawk id="dh37", ts="1353832234", nonce="j4h3g2", mac="6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE="',
    "SCRAM-SHA-256 data=biwsbj1hZGE",
    "GoogleLogin auth=x",
    "Bearer z\u00fcrich",
    "",
]
BAD_HEADERS = [
    {"Authorization": "your-api-key"},
    {"Authorization": "z\u00fcrich"},
    {"Authorization": "Bearer crew_junk"},
    {"Authorization": "Token crew_junk"},
    {"Authorization": "ApiKey crew_junk"},
    {"Authorization": "Basic Y3Jld19qdW5rOng="},
    {"Authorization": "Basic eDpjcmV3X2p1bms="},
    {"Authorization": "Bearer {key} {key}"},
    {"Authorization": "{key} {key}"},
    {"Authorization": "{key},{other}"},
    {"Authorization": "Bearer {key}, Bearer {other}"},
    {"Authorization": "{key}x"},
    {"x-api-key": ""},
    {"capgkey": "your-api-key"},
    {"Authorization": "{key}", "x-api-key": "your-api-key"},
    {"Authorization": "your-api-key", "capgkey": "{key}"},
    {"Authorization": "{key}", "x-api-key": ""},
    {"Authorization": "{key}", "capgkey": "{other}"},
    {"x-api-key": "{key}", "capgkey": "{other}"},
]
CHANGES = {label: case for label, case in CASES.items() if case.method != "GET"}


def with_keys(world, headers):
    known = {"key": world.keys["active-admin"], "other": world.keys["active-read"]}
    return {name: value.format(**known) for name, value in headers.items()}


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def session_secret(world):
    with world.portal.writing():
        person = world.people["active-admin"]
        return credentials.issue(person.uid, CredentialKind.SESSION)[1]


@sweep("headers", HEADERS, ids=str)
def test_a_key_is_accepted_in_each_header(world, headers):
    answer = world.portal.api().send("GET", PATH, headers=with_keys(world, headers))

    assert answer.status_code == 200
    assert [one["id"] for one in answer.get_json()["data"]] == [world.org]


@sweep("headers", BAD_HEADERS, ids=str)
def test_an_invalid_key_is_refused_despite_a_valid_cookie(world, headers):
    client = world.browsers["active-admin"].client
    assert client.get(PATH).status_code == 200

    answer = client.get(PATH, headers=with_keys(world, headers))

    assert_refused(answer, 401, "Invalid API key")
    assert answer.headers["WWW-Authenticate"]


@sweep("halves", [("{key}", ""), ("{key}", "x-oauth-basic"), ("api", "{key}"), ("{key}", "{key}")])
def test_user_or_password_of_basic_auth_may_be_a_key(world, halves):
    user, password = (half.format(key=world.keys["active-admin"]) for half in halves)

    answer = world.portal.api().send("GET", PATH, headers={"Authorization": basic(user, password)})

    assert answer.status_code == 200


def test_two_different_keys_in_basic_auth_are_refused(world):
    both = basic(world.keys["active-admin"], world.keys["active-read"])

    assert_refused(
        world.portal.api().send("GET", PATH, headers={"Authorization": both}), 401, "Invalid API key"
    )


@sweep("value", FOREIGN)
def test_credentials_of_other_software_are_ignored(world, value):
    foreign, key = {"Authorization": value}, world.keys["active-admin"]
    browser, visitor = world.browsers["active-admin"].client, world.browsers["visitor"].client

    alone = visitor.get(PATH, headers=foreign)
    changed = browser.post(PATH, json={"orgId": world.org, "name": "Mine"}, headers=foreign)

    assert_refused(alone, 401, "Invalid API key")
    assert_refused(changed, 403, "The form has expired")
    assert world.rows() == world.initial_rows
    pages = [browser.get(PATH, headers=foreign), visitor.get("/login/", headers=foreign)]
    assert [page.status_code for page in pages] == [200, 200]
    page = browser.get(PATH, headers={**foreign, "Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    by_key = world.portal.api().send("GET", PATH, headers={**foreign, "X-Api-Key": key})
    assert [one["id"] for one in by_key.get_json()["data"]] == [world.org]


def test_a_valid_key_takes_precedence_over_a_valid_cookie(world):
    client = world.browsers["active-admin"].client

    answer = client.get(PATH, headers={"Authorization": world.keys["outsider"]})

    assert answer.get_json() == {"data": []}


@sweep("header", ["Authorization", "x-api-key", "capgkey"])
def test_the_secret_of_a_session_does_not_work_as_a_key(world, header):
    answer = world.portal.api().send("GET", PATH, headers={header: session_secret(world)})

    assert_refused(answer, 401, "Invalid API key")


@sweep("kind", ["session", "key"])
def test_a_key_does_not_work_as_a_session(world, kind):
    secret = session_secret(world) if kind == "session" else world.keys["active-admin"]
    client = world.browsers["visitor"].client
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret

    answer = client.get(PATH)

    client.delete_cookie(world.portal.app.config["SESSION_COOKIE_NAME"])
    if kind == "session":
        assert answer.status_code == 200
    else:
        assert_refused(answer, 401, "Invalid API key")


@sweep("case", CHANGES.values(), ids=CHANGES)
def test_a_change_by_cookie_needs_the_token_of_its_session(world, case):
    client = world.browsers["active-super_admin"].client
    tokens = [{}, {"X-CSRFToken": ""}, {"X-CSRFToken": "x"}, {"X-CSRFToken": world.tokens["active-admin"]}]

    for headers in tokens:
        method, path, fields = case.at(world.here)
        answer = client.open(path, method=method, data=fields, headers=headers)
        assert answer.status_code == 403
        assert answer.get_json()["status"] == "KO"
    method, path, fields = case.at(world.here)
    form = client.post(path, data={**fields, "_method": method}, headers={"Accept": "text/html"})

    assert form.status_code in {403, 405, 415}
    assert world.rows() == world.initial_rows
    assert world.ask("session", "active-super_admin", *case.at(world.here)).status_code == 200


FOREIGN_ORIGINS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]


@sweep("headers", FOREIGN_ORIGINS, ids=str)
def test_a_change_from_another_site_is_refused_even_with_the_token(world, headers):
    client, body = world.browsers["active-admin"].client, {"orgId": world.org, "name": "Mine"}
    token = {"X-CSRFToken": world.tokens["active-admin"]}

    answer = client.post(PATH, json=body, headers={**token, **headers})

    assert answer.status_code == 403
    assert world.rows() == world.initial_rows
    own = client.post(PATH, json=body, headers={**token, "Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 200
    by_key = world.api("active-admin").send("POST", PATH, json=body, headers=headers)
    assert by_key.status_code == 200


def test_a_key_cannot_override_the_method(world):
    fields = {"orgId": world.org, "name": "Northwind", "_method": "DELETE"}

    answer = world.api("active-super_admin").send("POST", PATH, data=fields)

    assert answer.get_json()["status"] == "Organization updated"
    assert world.api("active-super_admin").get(PATH, orgId=world.org).status_code == 200


def test_a_revoked_credential_fails_on_the_next_request(world):
    api, browser = world.api("active-admin"), world.browsers["active-admin"].client
    assert (api.get(PATH).status_code, browser.get(PATH).status_code) == (200, 200)

    with world.portal.writing():
        from app.models import Credential

        credentials.revoke(Credential.user_id == world.people["active-admin"].uid)

    assert_refused(api.get(PATH), 401, "Invalid API key")
    assert_refused(browser.get(PATH), 401, "Invalid API key")
