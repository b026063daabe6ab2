"""`/account/sessions/`: the actor's sessions."""

from typing import ClassVar

from flask import Blueprint, url_for

from app.base.codes import Code
from app.base.events import Event
from app.routes.login import api
from app.services.accounts import profile
from app.services.core.actors import Actor
from app.services.login import sessions
from app.web.forms.base_field import Invalid
from app.web.forms.forms import Field, Nothing, Operation, TextField, YesNoField
from app.web.guard import authentication
from app.web.guard.access import signed_in
from app.web.observe import devices
from app.web.response import replies
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("account_sessions", __name__)


class SessionRevoke(Operation):
    """The session to end, or `others` to end all except the current one."""

    example: ClassVar = {"id": "session_123"}

    id = TextField.optional("Session", "The ID of the session.", example="session_123")
    others = YesNoField.optional("Others", "Whether to end all sessions except the current one.")

    def validate_others(self, field: Field[bool | None]) -> None:
        """Require exactly one of the two fields."""
        if bool(field.value) == bool(self.id.value):
            if field.value:
                raise Invalid(Code.FIELD_CONFLICT, "Send either id or others")
            raise Invalid(Code.FIELD_REQUIRED, "id or others is required")


@routes.get("/account/sessions/")
@signed_in(Nothing, by_key=profile.BY_KEY, api=api.ACCOUNT_SESSIONS_INDEX)
def index(actor: Actor, form: Nothing) -> Shown:
    """List your sessions."""
    return replies.shown(
        lambda: {"data": [api.session(actor, found) for found in sessions.of_actor(actor)]},
        lambda: _screen(actor),
    )


@routes.delete("/account/sessions/")
@signed_in(
    SessionRevoke,
    refused_as=lambda form: Event.OTHER_SESSIONS_REVOKED if form.others.value else Event.SESSION_REVOKED,
    by_key=profile.BY_KEY,
    api=api.REVOKE,
)
def revoke(actor: Actor, form: SessionRevoke) -> Reply:
    """End a session, or all your other sessions."""
    identifier = form.id.value
    if not identifier:
        ended = sessions.revoke_others(actor)
        return _done(actor, f"{ended} session{'' if ended == 1 else 's'} ended.")
    sessions.revoke(actor, identifier)
    if identifier == actor.credential_id:
        authentication.end_session()
        return replies.changed(
            {"status": "OK"}, Flash("success", "You are logged out."), to=url_for("sessions.log_in")
        )
    return _done(actor, "The session is ended.")


def _done(actor: Actor, text: str) -> Reply:
    return replies.changed(
        {"status": "OK"},
        Flash("success", text),
        to=url_for("account_sessions.index"),
        screen=lambda: _screen(actor),
    )


def _screen(actor: Actor) -> Screen:
    rows = [
        {
            "id": found.id,
            "device": devices.device(found.name),
            "created_at": found.created_at,
            "last_used_at": found.last_used_at or found.created_at,
            "current": found.id == actor.credential_id,
        }
        for found in sessions.of_actor(actor)
    ]
    context = {"sessions": rows, "idle": sessions.IDLE.days, "longest": sessions.LIFETIME.days}
    return Screen("login/sessions.html", "login/_sessions.html", "sessions", context)
