"""Cookies of other software on the same host or domain, and several copies of our own."""

import hashlib
from dataclasses import replace

import pytest
from flask.sessions import SecureCookieSessionInterface

from app.web.request import cookies
from tests.support.clients import ACCEPT_PAGE
from tests.support.portal import PASSWORD, Portal
from tests.support.sweeping import sweep

# Header values as a WSGI server passes them on: bytes as Latin-1 characters. Browsers send what a script or a
# server set, byte for byte: raw UTF-8 (Chrome, Firefox), Latin-1 (old PHP), JSON (consent banners), spaces,
# stray quotes (JavaScript that quotes), nameless cookies (Chrome), tabs (HTTP/1.0 proxies).
FOREIGN = [
    "city=Zürich".encode(),
    "city=Zürich".encode("latin-1"),
    "Zürich=ü".encode(),
    b"\xff\xfe\x80=\xff",
    b'city="Z\xc3\xbcrich"',
    b'city="Z\xc3\xbcrich',
    b'"',
    b'a="b; c=d"e',
    b"city=New York, NY; x",
    b'consent={"ads":false,"name":"J\xc3\xb6rg"}',
    b"=nameless; =; ;;",
    b"a=b\\; c=\\\"; d='",
    b"a\t=\tb",
    b"crewroom=other; __Host-crewroom=other; crewroom-00000000=other",
    b"; ".join(b"c%d=\xc3\xbc" % number for number in range(3000)),
]


@pytest.fixture
def ask_as_wendy(portal, cast):
    """Return a function that asks as Wendy, with a value before, after and around her cookie."""
    cookie = cast.browser("wendy").cookie()
    ours = f"{cookie.key}={cookie.value}"
    client = portal.app.test_client(use_cookies=False)

    def ask(value: str, path: str = "/account/", **environ: str):
        return client.get(
            path, headers={"Accept": ACCEPT_PAGE}, environ_overrides={"HTTP_COOKIE": value, **environ}
        )

    return ours, ask


@sweep("foreign", [value.decode("latin-1") for value in FOREIGN], ids=range(len(FOREIGN)))
def test_cookies_of_others_are_ignored(ask_as_wendy, foreign):
    ours, ask = ask_as_wendy

    answers = [ask(f"{foreign}; {ours}"), ask(f"{ours}; {foreign}"), ask(f'{ours};{foreign}; z="')]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "Wendy" in answers[0].text


def test_our_cookie_between_quotes_in_other_cookies_is_read(ask_as_wendy):
    """A parser of quoted strings would read all of it as the value of `a`; browsers know no such strings."""
    ours, ask = ask_as_wendy

    assert ask(f'a="b; {ours}; c=d"').status_code == 200


@sweep("copy", ["x", "", "eyJ4IjoxfQ.aaaa.bbbb", "\xfc", '"'])
@sweep("template", ["{name}={copy}; {ours}", "{ours}; {name}={copy}", "{name}={copy}; x; {ours}"])
def test_a_copy_set_by_another_host_does_not_hide_our_cookie(ask_as_wendy, copy, template):
    ours, ask = ask_as_wendy
    name = ours.partition("=")[0]

    assert ask(template.format(name=name, copy=copy, ours=ours)).status_code == 200


def test_a_copy_of_an_ended_session_does_not_hide_our_cookie(portal, cast):
    ended, live = cast.browser("wendy"), cast.browser("wendy")
    dead = ended.cookie()
    ended.submit("/logout/")
    both = f"{dead.key}={dead.value}; {live.cookie().key}={live.cookie().value}"
    client = portal.app.test_client(use_cookies=False)

    assert client.get("/organization/", headers={"Cookie": both}).status_code == 200
    assert client.get("/organization/", headers={"Cookie": f"{dead.key}={dead.value}"}).status_code == 401


def test_a_visitors_copy_does_not_hide_a_session(portal, cast):
    visitor = portal.browser()
    token = visitor.token()
    planted, live = visitor.cookie(), cast.browser("wendy").cookie()
    headers = {"Cookie": f"{planted.key}={planted.value}; {live.key}={live.value}"}
    client = portal.app.test_client(use_cookies=False)

    forged = client.put("/organization/", json={"name": "Acme"}, headers={**headers, "X-CSRFToken": token})

    assert client.get("/organization/", headers=headers).status_code == 200
    assert forged.status_code == 403


def test_two_portals_on_one_host_keep_their_cookies_apart(portal):
    """Cookies don't distinguish ports: a portal on another port gets ours, and must not replace it."""
    other = replace(portal.config, secret_key="of another installation " * 2)

    for noun in ("crewroom", "crewroom-device"):
        assert cookies.name(other, noun) != cookies.name(portal.config, noun)
        assert cookies.name(portal.config, noun) == cookies.name(replace(portal.config, rate_limit=7), noun)


class SignedWithTime(SecureCookieSessionInterface):
    """Signs cookies as before the upgrade, with a timestamp."""

    digest_method = staticmethod(hashlib.sha256)


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000", "https://crew.example.com"])
def test_sessions_from_before_the_upgrade_continue_under_the_new_name(settings_for, base_url):
    portal = Portal(settings_for(CREWROOM_BASE_URL=base_url))
    serializer = SignedWithTime().get_signing_serializer(portal.app)
    assert serializer is not None
    with portal.browser(portal.person("Alice")).client.session_transaction() as session:
        value = serializer.dumps(dict(session))
    old = "__Host-crewroom" if base_url.startswith("https") else "crewroom"
    browser = portal.browser()
    url = {"base_url": base_url}
    browser.client.set_cookie(old, value, domain=base_url.split("/")[2].partition(":")[0], secure=True)

    first = browser.client.get("/organization/", **url)
    kept = {cookie.partition("=")[0]: cookie for cookie in first.headers.getlist("Set-Cookie")}
    portal.close()

    assert first.status_code == 200
    assert kept.keys() == {old, portal.app.config["SESSION_COOKIE_NAME"]}
    assert "Max-Age=0" in kept[old]


def test_a_cookie_of_the_old_name_that_is_not_ours_is_left_alone(portal):
    client = portal.app.test_client(use_cookies=False)

    answer = client.get("/login/", headers={"Cookie": "crewroom=of-another-portal"})

    assert not any(cookie.startswith("crewroom=") for cookie in answer.headers.getlist("Set-Cookie"))


# Headers that browsers, proxies and crawlers send with arbitrary bytes.
HEADERS: tuple[str, ...] = (
    "USER_AGENT",
    "REFERER",
    "ACCEPT",
    "ACCEPT_LANGUAGE",
    "ACCEPT_ENCODING",
    "ORIGIN",
    "HX_CURRENT_URL",
)
HEADERS += ("X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_REQUEST_ID", "X_CSRFTOKEN", "X_HTTP_METHOD_OVERRIDE")
HEADERS += ("IF_NONE_MATCH", "IF_MODIFIED_SINCE", "RANGE", "SEC_FETCH_SITE", "VIA", "FROM", "CONTENT_TYPE")
BYTES = ["Zürich".encode(), "Zürich".encode("latin-1"), bytes(range(0x80, 0x100)), "名前 🦊".encode()]


@sweep("name", HEADERS)
def test_no_byte_in_any_header_breaks_a_page(ask_as_wendy, cast, portal, name):
    ours, ask = ask_as_wendy
    for value in BYTES:
        written = value.decode("latin-1")
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        for path in ("/account/", "/healthz", "/nothing/", "/static/css/base.css"):
            assert ask(ours, path, **{key: written}).status_code in {200, 404, 416}, (name, value, path)
        changed = portal.app.test_client().post(
            "/login/",
            data={"email": "x@crew.test"},
            environ_overrides={key: written, "REMOTE_ADDR": "10.0.0.1"},
        )
        assert changed.status_code in {400, 403, 415}


@sweep("agent", [value.decode("latin-1") for value in BYTES])
def test_a_device_of_any_name_can_sign_in(portal, cast, agent):
    browser = portal.browser()
    token = browser.token()
    answer = browser.client.post(
        "/login/",
        json={"email": cast.wendy.email, "password": PASSWORD},
        headers={"X-CSRFToken": token},
        environ_overrides={"HTTP_USER_AGENT": f"Mozilla/5.0 ({agent}) Firefox/140.0"},
    )

    assert answer.status_code == 200
    devices = [one["device"] for one in browser.client.get("/account/sessions/").get_json()["data"]]
    assert "Firefox" in devices[0]
