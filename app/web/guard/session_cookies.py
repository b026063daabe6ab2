"""The session cookie: signed, and without an age of its own.

A session's age is that of its row in the database. A time in the cookie would be judged by the clock of the
host that reads it, and a host that is a second behind would refuse what another one has just signed.
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

_SECRET = "_user_id"  # noqa: S105 - where Flask-Login puts the secret of the session


class AgelessSerializer(URLSafeSerializer):
    """Signs without a time, which Flask's own serializer judges by the clock of each host."""

    def loads(self, s: str | bytes, salt: str | bytes | None = None, **_age: Any) -> Any:
        """Return the payload; raise `BadSignature` if the signature is wrong."""
        return super().loads(s, salt)


class SignedCookie(SecureCookieSessionInterface):
    """Flask's cookie, signed by HMAC-SHA-256 instead of SHA-1, and without a time.

    Of several copies the first that we signed counts, one with a session before one without.
    """

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Return the contents of our cookie, empty ones where there is none or nothing may look at it."""
        if probes.uncounted():
            return self.session_class()
        config, timed = app.extensions["config"], super().get_signing_serializer(app)
        present = _signed(self.get_signing_serializer(app), cookies.sent(request, cookies.name(config)))
        old = _signed(timed, cookies.sent(request, cookies.old_name(config)))
        first, *current.other_sessions = sorted([*present, *old], key=lambda found: _SECRET not in found) or [
            {}
        ]
        current.has_old_cookie = bool(old)
        opened = self.session_class(first)
        opened.modified = first in old  # so that it is sent back by its present name
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie if its contents changed."""
        if probes.uncounted():
            return
        super().save_session(app, session, response)
        config = app.extensions["config"]
        if current.has_old_cookie:
            response.delete_cookie(cookies.old_name(config), secure=config.secure, httponly=True)

    def get_signing_serializer(self, app: Flask) -> Any:
        """Return the serializer of the cookie, or None without a secret key."""
        timed: Any = super().get_signing_serializer(app)
        return timed and AgelessSerializer(
            timed.secret_keys, salt=timed.salt, serializer=timed.serializer, signer_kwargs=timed.signer_kwargs
        )

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """Return when the browser drops the cookie, by the same clock as everything else."""
        return clock.now() + app.permanent_session_lifetime if session.permanent else None


def other_secrets() -> Iterator[str]:
    """Take each further cookie that we signed in place of the present one, and yield its secret."""
    for contents in current.other_sessions:
        if _SECRET in contents:
            cookie.clear()
            cookie.update(contents)
            yield contents[_SECRET]


def _signed(serializer: Any, values: list[str]) -> list[dict[str, Any]]:
    """Return the contents of those cookies that this portal signed."""
    found = []
    for value in values:
        try:
            found.append(serializer.loads(value))
        except BadData:
            continue
    return found
