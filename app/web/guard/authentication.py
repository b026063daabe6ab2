"""Authenticate the current request by an API key in a header or by a session in the cookie."""

import hmac
from contextlib import suppress
from itertools import chain

from flask import Flask, Response, after_this_request, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms.validators import ValidationError

from app.base.codes import Code
from app.base.errors import NotAuthenticated, NotFound
from app.models import CredentialKind
from app.services.core import credentials
from app.services.core.actors import Actor
from app.web.current import current
from app.web.guard import form_refusals, session_cookies
from app.web.request import incoming, origins
from app.web.request.key_headers import carries_key, keys_sent, without_scheme
from app.web.unit_of_work import changes

CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRFToken"


class Carrier(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    """The user object of Flask-Login: the secret of a session, and its actor."""

    def __init__(self, secret: str, actor: Actor | None = None) -> None:
        """Set the secret, and the actor if it has been looked up."""
        self.id = secret
        self.actor = actor


def init_app(app: Flask) -> None:
    """Set up Flask-Login with the portal's session cookie."""
    app.session_interface = session_cookies.SignedCookie()
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # templates have `viewer`
    manager.session_protection = None  # it would end sessions whose address or browser changes
    manager.user_loader(_carrier)


def find_actor() -> Actor | None:
    """Return the actor, None without a credential. Raises `NotAuthenticated` for a bad key."""
    if not current.authenticated:
        current.actor = _by_key() if carries_key() else _by_cookie()
        current.authenticated = True
    return current.actor


def actor() -> Actor:
    """Return the actor. Raises `NotAuthenticated` if there is none."""
    found = find_actor()
    if found is None:
        raise NotAuthenticated
    return found


def check_operator() -> None:
    """Raise `NotAuthenticated` without the right metrics token, `NotFound` if none is set."""
    expected = current.settings.metrics_token
    if not expected:
        raise NotFound(Code.NOT_FOUND)
    sent = without_scheme(request.headers.get("Authorization", ""))
    if not hmac.compare_digest(sent.encode("utf-8", "replace"), expected.encode()):
        raise NotAuthenticated(Code.INVALID_METRICS_TOKEN)


def recheck() -> None:
    """Authenticate again at the next use, because the database may have changed."""
    current.forget_actor()


def check_forgery() -> None:
    """Raise `NotPermitted` for a change by cookie that lacks the CSRF token or comes from another site."""
    if not changes() or carries_key():
        return
    forged = Code.OTHER_SITE if not origins.is_own() else None if token_is_valid() else Code.FORM_EXPIRED
    if forged:
        raise form_refusals.refusal(forged)


def token_is_valid() -> bool:
    """Return whether the request has the CSRF token that belongs to its cookie."""
    token = request.headers.get(CSRF_HEADER) or incoming.form_value(CSRF_FIELD)
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True


def start_session(secret: str) -> None:
    """Replace the contents of the cookie, including the CSRF token, by a new session."""
    cookie.clear()
    cookie.permanent = True
    login_user(Carrier(secret))
    current.forget_token()
    generate_csrf()


def end_session() -> None:
    """Empty the cookie, and clear what pages may have stored in the browser."""
    logout_user()
    cookie.clear()
    current.forget_token()
    after_this_request(_clear_storage)


def _clear_storage(response: Response) -> Response:
    """Clear only `storage`: `cookies` would remove those of sibling hosts, and the known-device cookie.

    The cache has only public files, and clearing it may take seconds.
    """
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _carrier(secret: str) -> Carrier | None:
    """Return the first valid session among the copies of the cookie."""
    for candidate in chain([secret], session_cookies.other_secrets()):
        with suppress(NotAuthenticated):
            organization_id = _organization_in_query()
            return Carrier(
                candidate, credentials.actor_for(candidate, CredentialKind.SESSION, organization_id)
            )
    return None


def _by_cookie() -> Actor | None:
    found = getattr(current_user, "actor", None)
    return found if isinstance(found, Actor) else None


def _by_key() -> Actor:
    keys = keys_sent()
    if len(keys) != 1:
        raise NotAuthenticated(message="Send one key in one header.")
    (key,) = keys
    return credentials.actor_for(key, CredentialKind.KEY, _organization_in_query())


def _organization_in_query() -> str | None:
    """Return `orgId` from the query of a read, so that actor and membership are looked up together."""
    return None if changes() else incoming.query_value("orgId")
