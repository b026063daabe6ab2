"""Build a WSGI environment (PEP 3333) from an ASGI scope."""

import io
import ipaddress
import sys
from typing import Any
from urllib.parse import unquote_to_bytes

from app.server.answers import FileBody

Environ = dict[str, Any]
# Stands in for the address of a unix socket's peer; `web/request/proxies.py` recognizes it.
UNIX_PEER = "unix:"
_PLAIN = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
# The bridge has already decoded chunks. `Proxy` would become HTTP_PROXY, which HTTP clients read (httpoxy).
# Upgrades are ignored (RFC 9110, 7.8); the router would refuse an upgrade to a web socket.
_DROPPED = {b"transfer-encoding", b"proxy", b"upgrade"}


def environ_of(scope: Any, body: io.BufferedIOBase | io.RawIOBase) -> Environ:
    """Return the environment of a request; header values are decoded as Latin-1."""
    server = scope["server"] or ("", None)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REMOTE_ADDR": address_of(scope["client"]),
        "SERVER_NAME": server[0] or "localhost",
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileBody,
    }
    _add_headers(environ, scope["headers"])
    return environ


def address_of(client: tuple[str, int] | None) -> str:
    """Return the IP address of a peer, with IPv4-mapped IPv6 addresses as plain IPv4."""
    if client is None:
        return UNIX_PEER
    if ":" not in client[0]:
        return client[0]
    address = ipaddress.IPv6Address(client[0])
    return str(address.ipv4_mapped or address)


def _add_headers(environ: Environ, headers: list[tuple[bytes, bytes]]) -> None:
    """Add the headers, except those with `_`: `X_Forwarded_For` would look like `X-Forwarded-For`."""
    for name, value in headers:
        if b"_" in name or name in _DROPPED:
            continue
        key = _PLAIN.get(name) or "HTTP_" + name.decode("ascii").upper().replace("-", "_")
        text = value.decode("latin-1").strip(" \t")
        joint = "; " if name == b"cookie" else ","
        environ[key] = f"{environ[key]}{joint}{text}" if key in environ else text
