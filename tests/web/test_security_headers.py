"""Security headers are on every answer, whatever is requested and however it fails."""

import itertools
import re
from collections import Counter

import pytest
from sqlalchemy import text

from tests.support.clients import ACCEPT_PAGE
from tests.support.databases import on_postgres
from tests.support.portal import Portal
from tests.support.sweeping import sweep

PAGE = {"Accept": ACCEPT_PAGE}
DIALECTS = {"json": {}, "page": PAGE, "fragment": {"HX-Request": "true"}}
ANSWERED, REFUSED = ("GET", "POST", "PUT", "DELETE"), ("HEAD", "PATCH", "OPTIONS", "TRACE")
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "Crewroom",
}
FORBIDDEN_IN_POLICY = re.compile(r"unsafe-|nonce-|sha\d+-|\*|http:|data:(?=.*script)|blob:|strict-dynamic")


def complaints(answer) -> list[str]:
    """Return what is missing from the headers of an answer."""
    found = [
        f"{name}: {answer.headers.get(name)}" for name in EXACT if answer.headers.get(name) != EXACT[name]
    ]
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer.headers.get("Content-Security-Policy", "").split(";")
    )
    wanted = {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "base-uri": "'none'"}
    wanted |= {"frame-ancestors": "'none'", "form-action": "'self'", "connect-src": "'self'"}
    found += [f"{name} {policy.get(name)}" for name, value in wanted.items() if policy.get(name) != value]
    if any(FORBIDDEN_IN_POLICY.search(value) for value in policy.values()):
        found.append(f"policy {policy}")
    powers = answer.headers.get("Permissions-Policy", "")
    found += [
        f"{power} is allowed"
        for power in ("camera", "microphone", "geolocation")
        if f"{power}=()" not in powers
    ]
    found += [name for name in ("X-Powered-By", "Access-Control-Allow-Origin") if name in answer.headers]
    return found


def assert_safe(answer, status: int) -> None:
    assert (answer.status_code, complaints(answer)) == (status, [])


def filled(world, rule: str) -> str:
    """Return an address for a rule, with its placeholders filled in."""
    named = {"<bundle_id>": world.here["bundle"], "<id>": "key_x", "<path:filename>": "css/base.css"}
    for place, value in named.items():
        rule = rule.replace(place, value)
    return rule


@pytest.mark.long
@pytest.mark.timeout(300)
def test_every_address_by_every_method_in_every_dialect(world):
    rules = sorted({rule.rule for rule in world.portal.app.url_map.iter_rules()})
    member, visitor, api = (
        world.browsers["active-super_admin"].client,
        world.browsers["visitor"].client,
        world.api("active-super_admin"),
    )
    seen: Counter[int] = Counter()

    for path, method in itertools.product((filled(world, rule) for rule in rules), ANSWERED + REFUSED):
        answers = [api.send(method, path), visitor.open(path, method=method, headers=PAGE)]
        if method in ANSWERED:
            answers += [member.open(path, method=method, headers=headers) for headers in DIALECTS.values()]
        for answer in answers:
            assert complaints(answer) == [], (method, path, answer.status_code)
            seen[answer.status_code] += 1

    assert {200, 303, 400, 401, 403, 405} <= seen.keys()
    assert not any(status >= 500 for status in seen)


@sweep("headers", DIALECTS.values(), ids=DIALECTS)
def test_headers_of_reads(world, headers):
    client = world.browsers["active-super_admin"].client
    for path in ("/organization/", "/account/", "/account/security/", "/apikey/", "/invitation/"):
        assert_safe(client.get(path, headers=headers), 200)
    for path in ("", "members/", "audit/", "receipts/", "settings/", "keys/", "roles/", "security/"):
        assert_safe(
            client.get(f"/organization/{path}", query_string={"orgId": world.org}, headers=headers), 200
        )


@sweep("headers", DIALECTS.values(), ids=DIALECTS)
def test_headers_of_refusals(world, headers):
    client = world.browsers["active-read"].client
    token = {"X-CSRFToken": world.tokens["active-read"], **headers}
    outside = {"orgId": world.elsewhere}

    assert_safe(client.get("/organization/members/", headers=headers), 400)
    assert_safe(client.get("/organization/members/", query_string=outside, headers=headers), 403)
    assert_safe(client.get("/nowhere/", headers=headers), 404)
    assert_safe(client.patch("/organization/", headers=headers), 405)
    assert_safe(client.get("/confirm/?token=x", headers=headers), 410)
    large = {"data": b"x" * 70_000, "content_type": "application/json"}
    assert_safe(client.post("/account/", headers=token, **large), 413)
    assert_safe(client.post("/account/", headers=token, data="x", content_type="text/plain"), 415)
    assert_safe(client.post("/account/", headers=headers, data="x"), 403)


def test_headers_of_files_and_downloads(world):
    api, style = world.api("active-read"), "/static/css/base.css"
    download = f"/bundle/{world.here['bundle']}/download/"
    tag = api.send("GET", download).headers["ETag"]

    assert_safe(api.send("GET", style), 200)
    assert_safe(api.send("HEAD", style), 200)
    assert_safe(api.send("GET", style, headers={"If-None-Match": api.get(style).headers["ETag"]}), 304)
    assert_safe(api.send("GET", style, headers={"Range": "bytes=999999-"}), 416)
    assert_safe(api.send("GET", "/static/nothing.css"), 404)
    assert_safe(api.send("GET", download, headers={"Range": "bytes=1-2"}), 206)
    assert_safe(api.send("GET", download, headers={"Range": "bytes=99-"}), 416)
    assert_safe(api.send("GET", download, headers={"If-None-Match": tag}), 304)
    exported = world.api("active-admin").get("/organization/members/export/", orgId=world.org)
    assert_safe(exported, 200)


@pytest.mark.parametrize("headers", DIALECTS.values(), ids=DIALECTS)
def test_headers_of_server_errors(settings_for, headers):
    portal = Portal(settings_for())
    portal.app.add_url_rule("/broken/", view_func=lambda: str(1 // 0))
    client = portal.app.test_client()

    assert_safe(client.get("/broken/", headers=headers), 500)
    with portal.writing() as db:
        db.execute(text("DROP TABLE lockouts"))
    token = client.get("/login/").get_json()["data"]["csrf_token"]
    body = {"email": "alice@crew.test", "password": "not the password"}
    broken = client.post("/login/", json=body, headers={"X-CSRFToken": token, **headers})
    assert_safe(broken, 500 if on_postgres() else 503)  # SQLite reports it as an outage
    assert "Traceback" not in broken.text
    assert "lockouts" not in broken.text
    portal.close()


@pytest.mark.parametrize("headers", DIALECTS.values(), ids=DIALECTS)
def test_headers_of_exceeded_rate_limits(settings_for, headers):
    portal = Portal(settings_for(CREWROOM_RATE_LIMIT="1"))
    client = portal.app.test_client()

    for _ in range(3):
        assert_safe(client.get("/login/", headers=headers), 200)
    assert_safe(client.get("/login/", headers=headers), 429)
    portal.close()


@pytest.mark.parametrize(
    ("base_url", "sent"),
    [
        ("http://crew.example.com", None),
        ("http://192.0.2.7:8000", None),
        ("http://notlocalhost", None),
        ("http://localhost.example.com", None),
        ("https://crew.example.com", "same-origin"),
        ("http://localhost:8000", "same-origin"),
        ("http://crew.localhost", "same-origin"),
        ("http://127.0.0.5:8000", "same-origin"),
        ("http://[::1]:8000", "same-origin"),
    ],
)
def test_opener_policy_is_sent_only_where_browsers_apply_it(settings_for, base_url, sent):
    """Chromium ignores it on other origins, and logs an error in the console of each page."""
    portal = Portal(settings_for(CREWROOM_BASE_URL=base_url))

    answers = [portal.api().get(path) for path in ("/login/", "/nowhere/", "/static/css/base.css")]

    assert [answer.headers.get("Cross-Origin-Opener-Policy") for answer in answers] == [sent] * 3
    portal.close()


def test_over_https_browsers_are_told_to_stay_there(settings_for):
    portal = Portal(settings_for(CREWROOM_BASE_URL="https://crew.example.com"))

    for path in ("/login/", "/nowhere/", "/static/css/base.css"):
        kept = portal.api().get(path).headers["Strict-Transport-Security"]
        assert int(kept.removeprefix("max-age=")) >= 31536000
    portal.close()
