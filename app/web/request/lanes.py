"""Assign each request to a lane of the server: a thread pool for its kind of request."""

from collections.abc import Mapping

from flask import Flask

from app.server.bridge import FILES, UPLOADS, Router
from app.web.request.upload_slots import MOST_AT_ONCE
from app.web.unit_of_work import SAFE_METHODS

_ALIVE, _PROBES, _READS, _CHANGES = "alive", "probes", "reads", "changes"
# Few threads are faster than many, which compete for the interpreter; see `docs/decisions/0103`.
THREADS: Mapping[str, int] = {
    _ALIVE: 1,
    _PROBES: 2,
    _READS: 4,
    _CHANGES: 8,
    UPLOADS: MOST_AT_ONCE + 4,  # more than there are slots, to refuse uploads while all slots are taken
    FILES: 4,
}
# `/healthz` depends on nothing that could block; the other two wait for a database.
_BY_PATH = {b"/healthz": _ALIVE, b"/readyz": _PROBES, b"/metrics": _PROBES}


def router(app: Flask) -> Router:
    """Return a function that picks the lane of a request, given which routes of the app accept files."""
    uploads = {variant for path in _upload_paths(app) for variant in (path, path.rstrip(b"/"))}

    def lane(method: str, path: bytes, content_type: bytes) -> str:
        if method == "POST" and path in uploads and content_type.lower().startswith(b"multipart/form-data"):
            return UPLOADS
        if path.startswith(b"/static/"):
            return FILES
        return _BY_PATH.get(path.rstrip(b"/"), _READS if method in SAFE_METHODS else _CHANGES)

    return lane


def _upload_paths(app: Flask) -> set[bytes]:
    guards = {name: getattr(view, "guard", None) for name, view in app.view_functions.items()}
    streaming = {name for name, guard in guards.items() if guard and guard.streams}
    return {rule.rule.encode() for rule in app.url_map.iter_rules() if rule.endpoint in streaming}
