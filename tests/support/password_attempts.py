"""Sign-in attempts with wrong and right passwords, from chosen networks and browsers."""

from werkzeug.test import TestResponse

from app.services.login import lockouts
from app.text import email_addresses
from tests.support.clients import Browser
from tests.support.portal import PASSWORD, Portal

WRONG = "not the password at all"


def attempt(
    portal: Portal, address: str, password: str = WRONG, *, peer: str = "192.0.2.1", **headers: str
) -> TestResponse:
    """Try a password from a new browser."""
    return attempt_from(portal.browser(), address, password, peer=peer, **headers)


def attempt_from(
    browser: Browser, address: str, password: str = WRONG, *, peer: str = "192.0.2.1", **headers: str
) -> TestResponse:
    """Try a password from this browser."""
    body = {"email": address, "password": password}
    environ = {"REMOTE_ADDR": peer}
    return browser.json("POST", "/login/", json=body, headers=headers, environ_base=environ)


def lock_out(portal: Portal, address: str, *, peer: str = "192.0.2.1") -> None:
    """Count wrong passwords until the account is locked out, without hashing any."""
    guess = lockouts.for_log_in(email_addresses.parse(address), network=peer, device=None)
    for _ in range(5):
        with portal.writing():
            lockouts.count(guess)


def right_password_status(portal: Portal, address: str, *, peer: str = "192.0.2.1") -> int:
    """Try the right password from a new browser; return the status."""
    return attempt(portal, address, PASSWORD, peer=peer).status_code
