"""Who is asking: a key in a header, or the session whose secret the cookie carries. One way to an actor."""

import hmac
from contextlib import suppress
from itertools import chain

from flask import Flask, Response, after_this_request, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms.validators import ValidationError

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
    """What Flask-Login keeps in the cookie: the secret of a session, and whom it stands for."""

    def __init__(self, secret: str, actor: Actor | None = None) -> None:
        """Take the secret, and the actor if it was looked up already."""
        self.id = secret
        self.actor = actor


def init_app(app: Flask) -> None:
    """Let Flask-Login carry our secrets in its cookie."""
    app.session_interface = session_cookies.SignedCookie()
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # templates have `viewer`
    manager.session_protection = None  # the secret is all there is to protect
    manager.user_loader(_carrier)


def visitor() -> Actor | None:
    """Return who is asking, None for nobody; raise for a bad key, whatever the cookie says."""
    if not current.recognised:
        current.actor = _by_key() if carries_key() else _by_cookie()
        current.recognised = True
    return current.actor


def actor() -> Actor:
    """Return who is asking, or raise."""
    found = visitor()
    if found is None:
        raise NotAuthenticated
    return found


def check_operator() -> None:
    """Refuse whoever does not bring the token of the settings; without one there is nothing here."""
    wanted = current.settings.metrics_token
    if not wanted:
        raise NotFound("Not found")
    given = without_scheme(request.headers.get("Authorization", ""))
    if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        raise NotAuthenticated("Invalid metrics token", reason="wrong_metrics_token")


def recheck() -> None:
    """Look again who is asking, when time has passed since the last look."""
    current.forget_actor()


def check_forgery() -> None:
    """Refuse a change by cookie without its token, or from another site; no browser sends a key unasked."""
    if not changes() or carries_key():
        return
    forged = "other_site" if not origins.is_own() else "form_token" if not token_is_valid() else None
    if forged:
        raise form_refusals.refusal(forged)


def token_is_valid() -> bool:
    """Tell whether the request brings the token that belongs to its cookie."""
    token = request.headers.get(CSRF_HEADER) or incoming.form_value(CSRF_FIELD)
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True


def start_session(secret: str) -> None:
    """Put a new session into the cookie; everything the cookie held before goes, its token too."""
    cookie.clear()
    cookie.permanent = True
    login_user(Carrier(secret))
    current.forget_token()
    generate_csrf()


def end_session() -> None:
    """Empty the cookie, and let the browser forget what pages may have stored."""
    logout_user()
    cookie.clear()
    current.forget_token()
    after_this_request(_clear_storage)


def _clear_storage(response: Response) -> Response:
    """Clear storage only: `cookies` would take those of other hosts of the domain, and the known device.

    The cache keeps only files that are the same for everybody, and clearing it may take seconds.
    """
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _carrier(secret: str) -> Carrier | None:
    """Return the live session behind the cookie; a dead copy in front of the live one does not hide it."""
    for candidate in chain([secret], session_cookies.other_secrets()):
        with suppress(NotAuthenticated):
            asked_about = _organization_asked_about()
            return Carrier(candidate, credentials.actor_for(candidate, CredentialKind.SESSION, asked_about))
    return None


def _by_cookie() -> Actor | None:
    found = getattr(current_user, "actor", None)
    return found if isinstance(found, Actor) else None


def _by_key() -> Actor:
    keys = keys_sent()
    if len(keys) != 1:
        raise NotAuthenticated(message="Send one key in one header.")
    (key,) = keys
    return credentials.actor_for(key, CredentialKind.KEY, _organization_asked_about())


def _organization_asked_about() -> str | None:
    """Return the organization in the query of a read, so that one statement answers both questions."""
    return None if changes() else incoming.query_value("orgId")
