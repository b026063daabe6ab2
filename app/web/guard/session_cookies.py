"""The session cookie: signed, but without a timestamp.

A session's age is in the database. A timestamp in the cookie would be checked by the clock of the host that
reads it, and a host that is a second behind would refuse a cookie that another one has just signed.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Flask, Request, Response
from flask import session as cookie
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeSerializer

from app.base import clock
from app.web.current import current
from app.web.request import cookies, probes

_SECRET = "_user_id"  # noqa: S105 - the key under which Flask-Login stores the secret


class AgelessSerializer(URLSafeSerializer):
    """Sign without a timestamp, unlike Flask's serializer."""

    def loads(self, s: str | bytes, salt: str | bytes | None = None, **_age: Any) -> Any:
        """Return the payload. Raises `BadSignature`."""
        return super().loads(s, salt)


class SignedCookie(SecureCookieSessionInterface):
    """Flask's cookie, but signed with HMAC-SHA-256 instead of SHA-1, and without a timestamp.

    If there are several copies, the first one with a valid signature counts, and those with a session first.
    """

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Return the contents of the cookie, empty if there is none or if the request ignores cookies."""
        if "Cookie" not in request.headers or probes.uncounted():
            return self.session_class()
        config, timed = app.extensions["config"], super().get_signing_serializer(app)
        present = _valid_contents(
            self.get_signing_serializer(app), cookies.sent(request, cookies.name(config))
        )
        old = _valid_contents(timed, cookies.sent(request, cookies.old_name(config)))
        first, *current.other_sessions = sorted([*present, *old], key=lambda found: _SECRET not in found) or [
            {}
        ]
        current.has_old_cookie = bool(old)
        opened = self.session_class(first)
        opened.modified = first in old  # to be sent again under its new name
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie if its contents changed. `Vary` names `Cookie` in any case."""
        if probes.uncounted():
            return
        if session.modified:
            super().save_session(app, session, response)
        config = app.extensions["config"]
        if current.has_old_cookie:
            response.delete_cookie(cookies.old_name(config), secure=config.secure, httponly=True)

    def get_signing_serializer(self, app: Flask) -> Any:
        """Return the serializer of the cookie, None without a secret key."""
        timed: Any = super().get_signing_serializer(app)
        return timed and AgelessSerializer(
            timed.secret_keys, salt=timed.salt, serializer=timed.serializer, signer_kwargs=timed.signer_kwargs
        )

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """Return when the cookie expires in the browser, by the portal's clock."""
        return clock.now() + app.permanent_session_lifetime if session.permanent else None


def other_secrets() -> Iterator[str]:
    """Switch to each of the further copies of the cookie in turn, and yield its secret."""
    for contents in current.other_sessions:
        if _SECRET in contents:
            cookie.clear()
            cookie.update(contents)
            yield contents[_SECRET]


def _valid_contents(serializer: Any, values: list[str]) -> list[dict[str, Any]]:
    """Return the contents of the cookies that have a valid signature."""
    valid = []
    for value in values:
        try:
            valid.append(serializer.loads(value))
        except BadData:
            continue
    return valid
