"""Conditional and range requests for files, evaluated in the order of RFC 9110, section 13.2.2.

Werkzeug's implementation sends the whole file with a 412, ignores `If-Unmodified-Since`, and refuses ranges
that a server must ignore. Its parsing and its sending of partial content are used.
"""

import hashlib
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, current_app, request, send_from_directory
from werkzeug.datastructures import ETags
from werkzeug.exceptions import HTTPException, PreconditionFailed, RequestedRangeNotSatisfiable
from werkzeug.http import parse_date, parse_etags, unquote_etag
from werkzeug.security import safe_join

from app.web.response import ranges


def init_app(app: Flask) -> None:
    """Serve static files with these rules."""
    app.view_functions["static"] = _static


def respond(response: Response, *, in_parts: bool = True) -> Response:
    """Apply the request's conditions and range to a response with a whole file, for a 200, 206 or 304.

    The response must have its validators and length. Raises a 412 or 416, and closes the file.
    """
    try:
        _check_unchanged(response)
        if _is_cached(response):
            response.status_code = HTTPStatus.NOT_MODIFIED
        elif in_parts:
            _apply_range(response)
    except HTTPException:
        response.close()
        raise
    return response


def _static(filename: str) -> Response:
    return respond(_whole_static(filename))


def _whole_static(filename: str) -> Response:
    """Return a whole static file, without Werkzeug's handling of conditions."""
    folder, age = current_app.static_folder or "", current_app.get_send_file_max_age(filename)
    response = send_from_directory(folder, filename, max_age=age, conditional=False, etag=False)
    response.set_etag(_digest(safe_join(folder, filename) or "", response.last_modified))
    return response


@lru_cache(256)
def _digest(path: str, _changed_at: datetime | None) -> str:
    """Return the hash of a file's contents, which is the same on every host that serves it."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _check_unchanged(response: Response) -> None:
    """Raise a 412 if `If-Match`, or else `If-Unmodified-Since`, does not match the file."""
    tags = request.headers.get("If-Match")
    if tags is not None:
        if not _match(parse_etags(tags.strip()), response, weakly=False):
            raise PreconditionFailed
        return
    since = _date("If-Unmodified-Since")
    if since and _changed_at(response, default=since) > since:
        raise PreconditionFailed


def _is_cached(response: Response) -> bool:
    """Return whether the caller has the file, by `If-None-Match` or else by `If-Modified-Since`."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return _match(parse_etags(tags.strip()), response, weakly=True)
    since = _date("If-Modified-Since")
    return bool(since and response.last_modified and response.last_modified <= since)


def _apply_range(response: Response) -> None:
    response.accept_ranges = "bytes"
    header, size = request.headers.get("Range"), response.content_length
    if request.method != "GET" or not header or not size or not _is_same(response):
        return
    try:
        part = ranges.parse(header, size)
    except ranges.NotSatisfiable as error:
        raise RequestedRangeNotSatisfiable(size) from error
    if part:
        environ = {"REQUEST_METHOD": "GET", "HTTP_RANGE": f"bytes={part.start}-{part.stop - 1}"}
        response.make_conditional(environ, accept_ranges=True, complete_length=size)


def _is_same(response: Response) -> bool:
    """Return whether `If-Range` is absent or matches the file; a weak tag never matches."""
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    if (date := parse_date(condition)) is not None:
        return response.last_modified == date
    tag, weak = response.get_etag()
    return not weak and unquote_etag(condition.strip()) == (tag, False)


def _match(tags: ETags, response: Response, *, weakly: bool) -> bool:
    """Return whether the tags match the file, by weak or strong comparison (RFC 9110, 8.8.3.2)."""
    if tags.star_tag:
        return True
    tag, weak = response.get_etag()
    if tag is None:
        return False
    return tags.contains_weak(tag) if weakly else not weak and tags.is_strong(tag)


def _date(header: str) -> datetime | None:
    """Return the date in a header, None if it is invalid or has two dates and must be ignored."""
    text = request.headers.get(header, "")
    return parse_date(text) if text.count(",") <= 1 else None


def _changed_at(response: Response, *, default: datetime) -> datetime:
    return response.last_modified or default
