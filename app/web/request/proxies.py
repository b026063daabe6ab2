"""Apply forwarded headers of the operator's trusted proxies, and ignore those of every other peer."""

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from app.base.setting_values import Network
from app.server.environ import UNIX_PEER
from app.server.framing import HOST

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]
_PORT = re.compile(r"(:(\d{1,5}|_[\w.-]+))?", re.ASCII)
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


def init_app(app: Flask) -> None:
    """Apply forwarded headers before anything else sees the request."""
    app.wsgi_app = _ForwardedHeaders(app.wsgi_app, app.extensions["config"].trusted_proxies)  # type: ignore[method-assign]


class _ForwardedHeaders:
    """Replace the address, scheme and host of a trusted proxy by those that it forwards."""

    def __init__(self, app: WSGI, networks: Iterable[Network]) -> None:
        self._app = app
        self._networks = tuple(networks)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = peer = plain(environ.get("REMOTE_ADDR", ""))
        if self._trusts(peer):
            self._apply(environ, peer)
        return self._app(environ, start_response)

    def _apply(self, environ: dict[str, Any], address: str) -> None:
        """Walk the chain of proxies from the right, up to the first address that is not a trusted proxy.

        If a proxy hides the address before it (`unknown`, `_hidden`), the proxy's own address is used.
        """
        proxies = 0
        for entry in reversed(_elements(environ, "HTTP_X_FORWARDED_FOR")):
            forwarded = _address_in(entry) if self._trusts(address) else None
            if forwarded is None:
                break
            address, proxies = forwarded, proxies + 1
        environ["REMOTE_ADDR"] = address
        scheme = _SCHEMES.get(_seen_by(proxies, environ, "HTTP_X_FORWARDED_PROTO").lower())
        host = _seen_by(proxies, environ, "HTTP_X_FORWARDED_HOST")
        environ["wsgi.url_scheme"] = scheme or environ["wsgi.url_scheme"]
        if HOST.fullmatch(host.encode("latin-1")):
            environ["HTTP_HOST"] = host

    def _trusts(self, address: str) -> bool:
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return address == UNIX_PEER  # the permissions of the socket admitted it
        return any(peer in network for network in self._networks)


def plain(address: str) -> str:
    """Return an IP address without its zone, and IPv4-mapped IPv6 addresses as plain IPv4.

    Any other text is returned unchanged.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def _elements(environ: dict[str, Any], header: str) -> list[str]:
    """Return the elements of a list header, without empty ones (RFC 9110, 5.6.1)."""
    return [part.strip() for part in environ.get(header, "").split(",") if part.strip()]


def _seen_by(proxies: int, environ: dict[str, Any], header: str) -> str:
    """Return the value set by the outermost trusted proxy; some proxies replace the list."""
    values = _elements(environ, header)
    return values[-min(max(proxies, 1), len(values))].strip('"') if values else ""


def _address_in(entry: str) -> str | None:
    """Return the IP address in an element of `X-Forwarded-For`, or None.

    Load balancers may add a port (`192.0.2.1:4711`, `[2001:db8::1]:443`) or use the syntax of `Forwarded`.
    """
    text = re.sub(r"^for=", "", entry.partition(";")[0], flags=re.IGNORECASE).strip('" ')
    if text.startswith("[") and "]" in text:
        host, _, port = text[1:].partition("]")
    elif text.count(":") == 1:
        host, colon, port = text.partition(":")
        port = colon + port
    else:
        host, port = text, ""
    found = plain(host)
    return found if _PORT.fullmatch(port) and _is_address(found) else None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
