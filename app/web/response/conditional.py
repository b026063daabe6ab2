"""Conditions and ranges of a read, in the order of RFC 9110, section 13.2.2.

Werkzeug's own handling answers 412 with the whole file, does not know `If-Unmodified-Since`, and refuses
ranges that a server must ignore; what it does well, parsing and sending a part, is used here.
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
    """Judge static files like every other file."""
    app.view_functions["static"] = _static


def served(response: Response, *, in_parts: bool = True) -> Response:
    """Return a whole file as the request's conditions and range want it: 200, 206 or 304.

    The response brings its validators and its length. Raises 412 or 416, with the file closed.
    """
    try:
        _check_unchanged(response)
        if _is_known(response):
            response.status_code = HTTPStatus.NOT_MODIFIED
        elif in_parts:
            _take_part(response)
    except HTTPException:
        response.close()
        raise
    return response


def _static(filename: str) -> Response:
    return served(_whole_static(filename))


def _whole_static(filename: str) -> Response:
    """Return a static file without Werkzeug's judgement, which only a request without conditions passes."""
    folder, age = current_app.static_folder or "", current_app.get_send_file_max_age(filename)
    response = send_from_directory(folder, filename, max_age=age, conditional=False, etag=False)
    response.set_etag(_digest(safe_join(folder, filename) or "", response.last_modified))
    return response


@lru_cache(256)
def _digest(path: str, _changed_at: datetime | None) -> str:
    """Return what names the contents of a file; every host that serves the same file says the same."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _check_unchanged(response: Response) -> None:
    """Raise 412 unless `If-Match` names the file, or else `If-Unmodified-Since` is not before its change."""
    wanted = request.headers.get("If-Match")
    if wanted is not None:
        if not _names(parse_etags(wanted.strip()), response, weakly=False):
            raise PreconditionFailed
        return
    since = _date("If-Unmodified-Since")
    if since and _changed_at(response, default=since) > since:
        raise PreconditionFailed


def _is_known(response: Response) -> bool:
    """Tell whether the caller has the file: by `If-None-Match`, or else by `If-Modified-Since`."""
    known = request.headers.get("If-None-Match")
    if known is not None:
        return _names(parse_etags(known.strip()), response, weakly=True)
    since = _date("If-Modified-Since")
    return bool(since and response.last_modified and response.last_modified <= since)


def _take_part(response: Response) -> None:
    response.accept_ranges = "bytes"
    wanted, size = request.headers.get("Range"), response.content_length
    if request.method != "GET" or not wanted or not size or not _is_same(response):
        return
    try:
        part = ranges.one(wanted, size)
    except ranges.NotSatisfiable as error:
        raise RequestedRangeNotSatisfiable(size) from error
    if part:
        asked = {"REQUEST_METHOD": "GET", "HTTP_RANGE": f"bytes={part.start}-{part.stop - 1}"}
        response.make_conditional(asked, accept_ranges=True, complete_length=size)


def _is_same(response: Response) -> bool:
    """Tell whether `If-Range` is absent or names exactly this file; a weak tag never does."""
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    if (date := parse_date(condition)) is not None:
        return response.last_modified == date
    tag, weak = response.get_etag()
    return not weak and unquote_etag(condition.strip()) == (tag, False)


def _names(tags: ETags, response: Response, *, weakly: bool) -> bool:
    """Tell whether tags name the file; a weak comparison takes weak tags too (RFC 9110, 8.8.3.2)."""
    if tags.star_tag:
        return True
    tag, weak = response.get_etag()
    if tag is None:
        return False
    return tags.contains_weak(tag) if weakly else not weak and tags.is_strong(tag)


def _date(header: str) -> datetime | None:
    """Return the date of a header, None for nonsense and for two dates, which must be ignored."""
    text = request.headers.get(header, "")
    return parse_date(text) if text.count(",") <= 1 else None


def _changed_at(response: Response, *, default: datetime) -> datetime:
    return response.last_modified or default
