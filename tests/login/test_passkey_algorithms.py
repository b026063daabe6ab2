"""Signature algorithms of passkeys: EdDSA, ECDSA, and RSA for devices that have neither."""

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.second_factors import SoftPasskey, add_passkey, begin_passkey


class RsaKey:
    """A key that signs by RSA PKCS#1 v1.5, as older devices do."""

    def __init__(self) -> None:
        self.secret = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, signed: bytes, _algorithm: object) -> bytes:
        return self.secret.sign(signed, padding.PKCS1v15(), hashes.SHA256())

    def public(self) -> bytes:
        numbers = self.secret.public_key().public_numbers()
        return cbor2.dumps({1: 3, 3: -257, -1: numbers.n.to_bytes(256), -2: numbers.e.to_bytes(3)})


class EdKey:
    """A key that signs by EdDSA."""

    def __init__(self) -> None:
        self.secret = ed25519.Ed25519PrivateKey.generate()

    def sign(self, signed: bytes, _algorithm: object) -> bytes:
        return self.secret.sign(signed)

    def public(self) -> bytes:
        point = self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return cbor2.dumps({1: 1, 3: -8, -1: 6, -2: point})


class OtherPasskey(SoftPasskey):
    """A passkey with a key of another kind."""

    def _public_key(self) -> bytes:
        return bytes(self.key.public())


@pytest.fixture
def portal(named_portal):
    return named_portal


def sign_in(browser, passkey):
    options = browser.json("POST", "/login/passkey/options/").get_json()["data"]
    return browser.json("POST", "/login/passkey/", json={"credential": passkey.get(options)}).status_code


def test_algorithms_are_offered_strongest_first(cast):
    options = begin_passkey(cast.browser("wendy"))

    assert [offered["alg"] for offered in options["pubKeyCredParams"]] == [-8, -7, -257]


@pytest.mark.parametrize(
    "passkey",
    [SoftPasskey(), OtherPasskey(key=EdKey()), OtherPasskey(key=RsaKey())],
    ids=["ECDSA", "EdDSA", "RSA"],
)
def test_passkey_of_each_algorithm_can_be_added_and_signs_in(cast, passkey):
    add_passkey(cast.browser("wendy"), passkey)

    assert sign_in(cast.portal.browser(), passkey) == 200
