"""`/account/`: the actor's profile and password, and deletion of the account."""

from flask import Blueprint, request, url_for

from app.base.events import Event
from app.routes.accounts import api
from app.services.accounts import email_change, erasure, profile
from app.services.core.actors import Actor
from app.services.keys import own_keys
from app.services.login import lockouts, passwords, personal_words
from app.web import unit_of_work
from app.web.forms.forms import EmailField, NameField, Nothing, Operation, SecretField, UrlField, YesNoField
from app.web.guard import authentication, known_devices, rate_limits
from app.web.guard.access import signed_in
from app.web.response import replies
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("account", __name__)


class ProfileUpdate(Operation):
    """The profile fields to update. Omitted fields stay unchanged."""

    name = NameField.optional("Name", missing="name must be text people can read", blank=True, example="John")
    image_url = UrlField.optional(
        "Picture",
        "The https URL of your picture, or null or an empty text to remove it.",
        example="https://example.com/avatar.png",
    )


class PasswordChange(Operation):
    """Your current and your new password."""

    current_password = SecretField(
        "Current password",
        "Your current password.",
        required="Current password is required",
        example="my previous password",
    )
    password = SecretField("New password", "The new password.")
    end_keys = YesNoField.optional(
        "Revoke all my API keys", "Whether to revoke all your API keys.", explicit=True, example=False
    )
    keep_sessions = YesNoField.optional(
        "Stay signed in elsewhere", "Whether to keep your other sessions.", example=False
    )


class AccountErase(Operation):
    """Your email address and password, as a confirmation."""

    email = EmailField()
    password = SecretField("Password")


@routes.get("/account/")
@signed_in(Nothing, api=api.INDEX)
def index(actor: Actor, form: Nothing) -> Shown:
    """Retrieve your account."""
    return replies.shown(lambda: {"data": api.account(profile.show(actor))}, lambda: profile_screen(actor))


@routes.post("/account/")
@signed_in(
    ProfileUpdate,
    redraw=lambda form: profile_screen(authentication.actor(), form),
    refused_as=Event.ACCOUNT_UPDATED,
    by_key=profile.BY_KEY,
    api=api.UPDATE,
)
def update(actor: Actor, form: ProfileUpdate) -> Reply:
    """Update your name and picture."""
    user = profile.update(actor, name=form.name.value, image_url=form.image_url.value)

    payload = {"status": "OK", "data": api.account(user)}
    return replies.changed(payload, Flash("success", "Profile saved."), to=url_for("account.index"))


@routes.post("/account/password/")
@signed_in(
    PasswordChange,
    redraw=lambda form: password_screen(form),
    opens_units=True,
    refused_as=Event.PASSWORD_CHANGED,
    by_key=profile.BY_KEY,
    api=api.CHANGE_PASSWORD,
)
def change_password(actor: Actor, form: PasswordChange) -> Reply:
    """Change your password; by default, this ends your other sessions but keeps your API keys."""
    actor = check_password(actor, form.current_password.value, field="current_password")
    with unit_of_work.reading():
        known = personal_words.of_person(profile.show(actor))
    password_hash = passwords.hashed(passwords.check(form.password.value, *known))
    with unit_of_work.writing():
        device = request.headers.get("User-Agent", "")
        secret = profile.change_password(
            actor,
            password_hash,
            device=device,
            end_keys=bool(form.end_keys.value),
            keep_sessions=bool(form.keep_sessions.value),
        )
    authentication.start_session(secret)
    known_devices.remember(actor.address)

    kept = (
        "You stay signed in elsewhere." if form.keep_sessions.value else "You're signed out everywhere else."
    )
    ended = " Your API keys are revoked." if form.end_keys.value else ""
    notice = Flash("success", "Your password is changed.", kept + ended)
    return replies.changed({"status": "OK"}, notice, to=url_for("account.index"))


@routes.delete("/account/")
@signed_in(
    AccountErase,
    redraw=lambda form: erase_screen(form),
    opens_units=True,
    refused_as=Event.ACCOUNT_ERASED,
    by_key=profile.BY_KEY,
    api=api.ERASE,
)
def erase(actor: Actor, form: AccountErase) -> Reply:
    """Delete your account."""
    actor = check_password(actor, form.password.value)
    with unit_of_work.writing():
        erasure.erase(actor, form.email.value)
    authentication.end_session()

    return replies.changed(
        {"status": "OK"}, Flash("success", "Your account is erased."), to=url_for("sessions.log_in")
    )


def check_password(actor: Actor, password: str, *, field: str = "password") -> Actor:
    """Return the actor with proof of their password, which the change itself checks again.

    Raises `NotPermitted` for API keys and wrong passwords, and `TooManyRequests` after too many attempts, so
    that a stolen session cannot be used to guess the password.
    """
    rate_limits.check_tighter("log_in_account", actor.email_key)
    guess = lockouts.for_own_password(actor.address)
    with unit_of_work.writing():
        lockouts.count(guess)
    with unit_of_work.reading():
        user = profile.show(actor)
    proven = profile.verify_own_password(actor, user, password, field=field)
    with unit_of_work.writing():
        lockouts.undo_count(guess)
    return proven


def profile_screen(actor: Actor, form: ProfileUpdate | None = None) -> Screen:
    """Return the account page, with the refused profile form if there is one."""
    context = {**_page(actor), "form": form or _profile_form(actor)}
    return Screen("accounts/index.html", "accounts/_profile_form.html", "profile-form", context)


def password_screen(form: PasswordChange) -> Screen:
    """Return the account page with the refused password form."""
    context = {**_page(authentication.actor()), "password_form": form}
    return Screen("accounts/index.html", "accounts/_password_form.html", "password-form", context)


def erase_screen(form: AccountErase) -> Screen:
    """Return the account page with the refused deletion form."""
    context = {**_page(authentication.actor()), "erase_form": form}
    return Screen("accounts/index.html", "accounts/_erase_form.html", "erase-form", context)


def _page(actor: Actor) -> dict[str, object]:
    from app.routes.accounts.email_change import EmailChange

    return {
        "form": _profile_form(actor),
        "password_form": PasswordChange(),
        "email_form": EmailChange(),
        "erase_form": AccountErase(),
        "waiting": email_change.pending(actor),
        "working_keys": own_keys.list_working(actor.user_id),
        "obstacles": erasure.blocking_organizations(actor),
    }


def _profile_form(actor: Actor) -> ProfileUpdate:
    user = profile.show(actor)
    return ProfileUpdate(data={"name": user.name, "image_url": user.image_url})
