"""Forwarded headers: believed from the proxies that the operator names, dropped from everybody else."""

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


def init_app(app: Flask) -> None:
    """Put the judge in front of everything."""
    networks = app.extensions["config"].trusted_proxies
    if networks:
        app.wsgi_app = _Trusting(app.wsgi_app, networks)  # type: ignore[method-assign]


class _Trusting:
    """Reads `X-Forwarded-*` only when the peer is a trusted proxy; one hop counts, the nearest."""

    def __init__(self, app: WSGI, networks: Iterable[Any]) -> None:
        self._direct = app
        self._behind_proxy = ProxyFix(app, x_for=1, x_proto=1, x_host=1)
        self._networks = tuple(networks)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        trusted = self._trusts(environ.get("REMOTE_ADDR", ""))
        return (self._behind_proxy if trusted else self._direct)(environ, start_response)

    def _trusts(self, address: str) -> bool:
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self._networks)
