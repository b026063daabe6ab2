"""`/login/second/` and `/login/passkey/`: sign in with a second factor, or with only a passkey."""

from typing import ClassVar

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from app.base.codes import Code
from app.base.errors import InvalidInput, NotAuthenticated
from app.models import CeremonyPurpose, FactorKind
from app.routes.login import api
from app.services.core import users
from app.services.core.actors import Actor
from app.services.login import (
    passkey_hosts,
    passkeys,
    pending_logins,
    second_factors,
    sessions,
    webauthn_challenges,
)
from app.services.login.passkeys import Answer, Request
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.forms import Nothing, Operation, TextField, WithNext
from app.web.forms.passkey_fields import CredentialField
from app.web.guard import authentication, cookie_values, known_devices, rate_limits
from app.web.guard.access import public
from app.web.request import incoming, origins
from app.web.response import replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen

routes = Blueprint("second_step", __name__)


class SecondStep(Operation):
    """A code from an authenticator app, a recovery code, or the response of a passkey."""

    example: ClassVar = {"code": "123456"}

    code = TextField.optional(
        "Code", "A code from your authenticator app, or a recovery code.", example="123456"
    )
    credential = CredentialField.optional("Passkey")


class PasskeyLogin(Operation):
    """The response of a passkey."""

    credential = CredentialField("Passkey")


@routes.get("/login/second/")
@public(WithNext, api=api.SHOW)
def show(actor: Actor | None, form: WithNext) -> Shown:
    """Get the second factors that can complete the sign-in."""
    kinds = second_factors.kinds(pending_logins.account_of(cookie_values.get(cookie_values.CHALLENGE)))
    return replies.shown(
        lambda: {"data": {"factors": kinds, "csrf_token": generate_csrf()}}, lambda: _screen(SecondStep())
    )


@routes.post("/login/second/")
@public(SecondStep, redraw=lambda form: _screen(form), api=api.COMPLETE)
def complete(actor: Actor | None, form: SecondStep) -> ResponseReturnValue:
    """Complete a sign-in with a code or a passkey."""
    rate_limits.check_tighter("log_in")
    return _with_passkey(form.credential.value) if form.credential.value else _with_code(form)


@routes.post("/login/second/options/")
@public(Nothing, api=api.OPTIONS)
def options(actor: Actor | None, form: Nothing) -> ResponseReturnValue:
    """Create the WebAuthn options for completing a sign-in with a passkey."""
    rate_limits.check_tighter("log_in")
    with unit_of_work.reading():
        user_id = pending_logins.account_of(cookie_values.get(cookie_values.CHALLENGE))
    with unit_of_work.writing():
        ceremony = passkeys.authentication_options(CeremonyPurpose.SECOND, user_id)
    return _options(ceremony)


@routes.post("/login/passkey/options/")
@public(Nothing, api=api.SECOND_STEP_PASSKEY_OPTIONS)
def passkey_options(actor: Actor | None, form: Nothing) -> ResponseReturnValue:
    """Create the WebAuthn options for signing in with only a passkey."""
    rate_limits.check_tighter("log_in")
    with unit_of_work.writing():
        ceremony = passkeys.authentication_options(CeremonyPurpose.LOG_IN)
    return _options(ceremony)


@routes.post("/login/passkey/")
@public(PasskeyLogin, api=api.PASSKEY)
def passkey(actor: Actor | None, form: PasskeyLogin) -> ResponseReturnValue:
    """Sign in with only a passkey."""
    rate_limits.check_tighter("log_in")
    challenge = _consume_challenge(CeremonyPurpose.LOG_IN)
    with unit_of_work.writing():
        user_id = passkeys.verify(challenge, form.credential.value)
        secret = _open_session(user_id, FactorKind.PASSKEY)
    return _signed_in(user_id, secret)


def _with_code(form: SecondStep) -> ResponseReturnValue:
    if not form.code.value:
        raise InvalidInput(Code.FIELD_REQUIRED, "Code is required", field="code")
    with unit_of_work.writing():
        verified = pending_logins.verify_code(cookie_values.get(cookie_values.CHALLENGE), form.code.value)
        secret = _open_session(verified.user_id, sessions.PASSWORD, verified.factor) if verified else None
    if verified is None or secret is None:  # raised after the commit, so that a wrong code stays counted
        raise NotAuthenticated(Code.WRONG_CODE, message="Use the newest code of your app.", field="code")
    return _signed_in(verified.user_id, secret)


def _with_passkey(response: Answer) -> ResponseReturnValue:
    with unit_of_work.reading():
        user_id = pending_logins.account_of(cookie_values.get(cookie_values.CHALLENGE))
    challenge = _consume_challenge(CeremonyPurpose.SECOND, user_id)
    with unit_of_work.writing():
        pending_logins.finish(cookie_values.get(cookie_values.CHALLENGE))
        passkeys.verify(challenge, response, user_id=user_id)
        secret = _open_session(user_id, sessions.PASSWORD, FactorKind.PASSKEY)
    return _signed_in(user_id, secret)


def _consume_challenge(purpose: CeremonyPurpose, user_id: str | None = None) -> bytes | None:
    """Consume the challenge in its own transaction, so that it is used up even if the response is invalid."""
    with unit_of_work.writing():
        return webauthn_challenges.consume(
            cookie_values.pop(cookie_values.CEREMONY), purpose, user_id=user_id
        )


def _options(ceremony: Request) -> ResponseReturnValue:
    cookie_values.store(cookie_values.CEREMONY, ceremony.ceremony)
    return jsonify({"data": ceremony.options})


def _open_session(user_id: str, *by: str) -> str:
    device = request.headers.get("User-Agent", "")
    return sessions.open_session(user_id, device=device, by=by, instead_of=authentication.find_actor())


def _signed_in(user_id: str, secret: str) -> ResponseReturnValue:
    authentication.start_session(secret)
    with unit_of_work.reading():
        address = users.address_of(user_id)
    known_devices.remember(address)
    return replies.signed_in(origins.own_path(incoming.query_value("next")))


def _screen(form: SecondStep) -> Screen:
    user_id = pending_logins.account_of(cookie_values.get(cookie_values.CHALLENGE))
    kinds = second_factors.kinds(user_id)
    context = {
        "form": form,
        "next": origins.own_path(incoming.query_value("next"), ""),
        "app": FactorKind.TOTP in kinds,
        "host": passkey_hosts.host_of(current.settings),
        "elsewhere": passkey_hosts.other_hosts(user_id),
        "passkeys": FactorKind.PASSKEY in kinds and passkey_hosts.relying_party(current.settings) is not None,
    }
    return Screen(
        "login/second_factors/second.html", "login/second_factors/_second_form.html", "second-form", context
    )
