"""The session cookie: signed, and without an age of its own.

A session's age is that of its row in the database. A time in the cookie would be judged by the clock of the
host that reads it, and a host that is a second behind would refuse what another one has just signed.
"""

import hashlib
from datetime import datetime
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeSerializer

from app import clock


class AgelessSerializer(URLSafeSerializer):
    """Signs without a time, which Flask's own serializer judges by the clock of each host."""

    def loads(self, s: str | bytes, salt: str | bytes | None = None, **_age: Any) -> Any:
        """Return the payload; raise `BadSignature` if the signature is wrong."""
        return super().loads(s, salt)


class SignedCookie(SecureCookieSessionInterface):
    """Flask's cookie, signed by HMAC-SHA-256 instead of SHA-1, and without a time."""

    digest_method = staticmethod(hashlib.sha256)

    def get_signing_serializer(self, app: Flask) -> Any:
        """Return the serializer of the cookie, or None without a secret key."""
        timed: Any = super().get_signing_serializer(app)
        return timed and AgelessSerializer(
            timed.secret_keys, salt=timed.salt, serializer=timed.serializer, signer_kwargs=timed.signer_kwargs
        )

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """Return when the browser drops the cookie, by the same clock as everything else."""
        return clock.now() + app.permanent_session_lifetime if session.permanent else None
