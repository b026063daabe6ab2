"""`/account/security/recovery/`: create recovery codes."""

from app.base.events import Event
from app.routes.login import api
from app.routes.login.second_factors import check_password, codes_screen, routes
from app.services.core.actors import Actor
from app.services.login import recovery_codes, second_factors
from app.web import unit_of_work
from app.web.forms.forms import Nothing, Operation, SecretField
from app.web.guard import authentication
from app.web.guard.access import signed_in
from app.web.response import replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen


class RecoveryCodesCreate(Operation):
    """Your password, as a confirmation."""

    password = SecretField("Your password", "Your password.")


@routes.get("/account/security/recovery/")
@signed_in(Nothing, by_key=second_factors.BY_KEY, api=api.RECOVERY_CODES)
def recovery_codes_form(actor: Actor, form: Nothing) -> Shown:
    """Get the number of unused recovery codes."""
    return replies.shown(
        lambda: {"data": {"recovery_codes_left": recovery_codes.count_left(actor.user_id)}},
        lambda: _screen(RecoveryCodesCreate()),
    )


@routes.post("/account/security/recovery/")
@signed_in(
    RecoveryCodesCreate,
    redraw=lambda form: _screen(form),
    opens_units=True,
    refused_as=Event.RECOVERY_CODES_MADE,
    by_key=second_factors.BY_KEY,
    api=api.CREATE_RECOVERY_CODES,
)
def create_recovery_codes(actor: Actor, form: RecoveryCodesCreate) -> Shown:
    """Create new recovery codes, which replace the old ones and are shown only once."""
    actor = check_password(actor, form.password.value)
    with unit_of_work.writing():
        codes = recovery_codes.generate(actor)

    return replies.shown(
        lambda: {"status": "OK", "recovery_codes": codes}, lambda: codes_screen(actor, codes)
    )


def _screen(form: RecoveryCodesCreate) -> Screen:
    context = {"form": form, "codes_left": recovery_codes.count_left(authentication.actor().user_id)}
    return Screen(
        "login/second_factors/recovery.html",
        "login/second_factors/_recovery_form.html",
        "recovery-form",
        context,
    )
