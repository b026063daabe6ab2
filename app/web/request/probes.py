"""Probes and static files: requests that look at no credential but the metrics token, and are not counted."""

from flask import request

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


def is_probe() -> bool:
    """Return whether the current request is for a probe, by whatever method, with or without a slash."""
    return request.path.removesuffix("/") in PATHS


def is_static() -> bool:
    """Return whether the current request is for a static file, whether or not there is one."""
    return request.path.startswith("/static/")


def uncounted() -> bool:
    """Return whether the current request is one that is neither counted nor asked who sent it."""
    return is_probe() or is_static()
