"""Recognize probes and static files, which ignore credentials and are not rate-limited."""

from flask import request

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


def is_probe() -> bool:
    """Return whether the current request is for a probe, with any method and with or without a slash."""
    return request.path.removesuffix("/") in PATHS


def is_static() -> bool:
    """Return whether the current request is for a static file, which need not exist."""
    return request.path.startswith("/static/")


def uncounted() -> bool:
    """Return whether the current request is exempt from rate limits and authentication."""
    return is_probe() or is_static()
