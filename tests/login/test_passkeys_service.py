"""What the base URL means for passkeys."""

import pytest

from app.base import config
from app.services.login import passkey_hosts


@pytest.mark.parametrize(
    ("base_url", "host", "origin"),
    [
        ("https://crew.example.com", "crew.example.com", "https://crew.example.com"),
        ("https://Crew.Example.com:443", "crew.example.com", "https://crew.example.com"),
        ("https://crew.example.com:8443", "crew.example.com", "https://crew.example.com:8443"),
        ("https://Bücher.example:8443", "xn--bcher-kva.example", "https://xn--bcher-kva.example:8443"),
        ("https://faß.example", "xn--fa-hia.example", "https://xn--fa-hia.example"),
        ("https://例え.テスト", "xn--r8jz45g.xn--zckzah", "https://xn--r8jz45g.xn--zckzah"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_passkeys_belong_to_the_host_and_origin_of_the_base_url(tmp_path, base_url, host, origin):
    settings = config.load({"CREWROOM_INSTANCE": str(tmp_path), "CREWROOM_BASE_URL": base_url})

    assert passkey_hosts.relying_party(settings) == passkey_hosts.RelyingParty(host, origin)


@pytest.mark.parametrize(
    "base_url", ["http://crew.example.com", "http://127.0.0.1:8000", "https://[::1]", "https://192.0.2.7"]
)
def test_browsers_refuse_passkeys_without_https_or_a_name(tmp_path, base_url):
    settings = config.load({"CREWROOM_INSTANCE": str(tmp_path), "CREWROOM_BASE_URL": base_url})

    assert passkey_hosts.relying_party(settings) is None
