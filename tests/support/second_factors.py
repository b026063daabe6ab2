"""Second factors for tests: an authenticator app, and a passkey in software."""

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

from app.base import clock
from tests.support.clients import Browser
from tests.support.portal import PASSWORD

SECURITY = "/account/security/"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class AuthenticatorApp:
    """An authenticator app that has been set up, and the recovery codes that came with it."""

    secret: str
    recovery_codes: list[str]

    def code(self, *, steps: int = 0) -> str:
        """Return the code that the app shows now, or some steps of 30 seconds away."""
        return pyotp.TOTP(self.secret).generate_otp(int(clock.now().timestamp()) // 30 + steps)


def set_up_app(browser: Browser) -> AuthenticatorApp:
    """Set up an authenticator app for the person who is signed in."""
    started = browser.json("GET", f"{SECURITY}totp/").get_json()["data"]
    app = AuthenticatorApp(started["secret"], [])
    body = {"setup": started["setup"], "code": app.code(), "password": PASSWORD}
    added = browser.json("POST", f"{SECURITY}totp/", json=body)
    assert added.status_code == 200, added.text
    app.recovery_codes = added.get_json().get("recovery_codes", [])
    return app


@dataclass
class SoftPasskey:
    """A passkey in software, which signs every challenge as a browser at `origin` would."""

    origin: str = "http://localhost"
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    user_handle: str = ""
    uses: int = 0
    handle: bytes = b"soft-passkey"
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer registration options."""
        self.user_handle = options["user"]["id"]
        attested = bytes(16) + struct.pack(">H", len(self.handle)) + self.handle + self._public_key()
        data = self._authenticator_data(self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options["challenge"])
        return self._credential(clientDataJSON=client_data, attestationObject=attestation)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer sign-in options."""
        self.uses += 1
        data = self._authenticator_data(self.flags)
        client_data = self._client_data("webauthn.get", options["challenge"])
        signed = data + hashlib.sha256(client_data).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        credential = self._credential(clientDataJSON=client_data, authenticatorData=data, signature=signature)
        credential["response"]["userHandle"] = self.user_handle
        return credential

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _authenticator_data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", flags, self.uses)

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        return cbor2.dumps({1: 2, 3: -7, -1: 1, **point})

    def _credential(self, **response: bytes) -> dict[str, Any]:
        handle = bytes_to_base64url(self.handle)
        written = {name: bytes_to_base64url(value) for name, value in response.items()}
        return {"id": handle, "rawId": handle, "type": "public-key", "response": written}


def begin_passkey(browser: Browser, password: str = PASSWORD) -> dict[str, Any]:
    """Request the options of a new passkey."""
    started = browser.json("POST", f"{SECURITY}passkeys/options/", json={"password": password})
    assert started.status_code == 200, started.text
    options: dict[str, Any] = started.get_json()["data"]
    return options


def add_passkey(browser: Browser, passkey: SoftPasskey, name: str = "Laptop") -> dict[str, Any]:
    """Register a passkey for the person who is signed in; return the answer."""
    credential = passkey.create(begin_passkey(browser))
    added = browser.json("POST", f"{SECURITY}passkeys/", json={"name": name, "credential": credential})
    assert added.status_code == 200, added.text
    answer: dict[str, Any] = added.get_json()
    return answer


def start_sign_in(browser: Browser, address: str) -> None:
    """Pass the password step of an account with a second factor."""
    answer = browser.json("POST", "/login/", json={"email": address, "password": PASSWORD})
    assert answer.get_json() == {"status": "SECOND_FACTOR_REQUIRED"}, answer.text
