"""`/organization/security/`: the two-factor policy of an organization."""

from flask import Blueprint, url_for

from app.base.events import Event
from app.base.permissions import Action
from app.routes.organizations import api
from app.services.core.actors import Access
from app.services.organizations import two_factor_policy
from app.services.organizations.two_factor_policy import Requirement
from app.web.forms.forms import InOrganization, NumberField, YesNoField
from app.web.guard import authentication
from app.web.guard.access import require_access, requires
from app.web.response import replies
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("two_factor_policy", __name__)

LONGEST_DAYS = 30
USUAL_DAYS = 7


class TwoFactorPolicyChange(InOrganization):
    """Whether to require a second factor, and how many days members have to set one up."""

    required = YesNoField("Required", "Whether members need a second factor.")
    deadline_days = NumberField.optional(
        "Days until it is required",
        "The number of days that members have to set up a second factor. Defaults to 7.",
        least=0,
        most=LONGEST_DAYS,
        example=7,
    )


@routes.get("/organization/security/")
@requires(Action.ORGANIZATION_UPDATE, InOrganization, api=api.POLICY)
def show(access: Access, form: InOrganization) -> Shown:
    """Retrieve the two-factor policy of an organization."""
    requirement = two_factor_policy.show(access)
    return replies.shown(
        lambda: {"data": api.policy(requirement)},
        lambda: _screen(requirement, TwoFactorPolicyChange(data={"deadline_days": USUAL_DAYS})),
    )


@routes.post("/organization/security/")
@requires(
    Action.SECOND_FACTOR_REQUIRE,
    TwoFactorPolicyChange,
    redraw=lambda form: _redrawn(form),
    refused_as=lambda form: (
        Event.TWO_FACTOR_REQUIRED if form.required.value else Event.TWO_FACTOR_NOT_REQUIRED
    ),
    api=api.CHANGE_POLICY,
)
def change(access: Access, form: TwoFactorPolicyChange) -> Reply:
    """Set the two-factor policy of an organization."""
    if form.required.value:
        requirement = two_factor_policy.switch_on(access, days=_days(form))
    else:
        requirement = two_factor_policy.switch_off(access)

    blank = TwoFactorPolicyChange(data={"deadline_days": USUAL_DAYS})
    return replies.changed(
        {"status": "OK", "data": api.policy(requirement)},
        _notice(requirement),
        to=url_for("two_factor_policy.show", orgId=access.organization.id),
        screen=lambda: _screen(requirement, blank),
    )


def _days(form: TwoFactorPolicyChange) -> int:
    given: int | None = form.deadline_days.value
    return USUAL_DAYS if given is None else given


def _notice(requirement: Requirement) -> Flash:
    if not requirement.required:
        return Flash("success", "A second factor is no longer required.")
    number = len(requirement.without)
    text = (
        f"{number} {'person has' if number == 1 else 'people have'} been notified by email."
        if number
        else None
    )
    return Flash("success", "A second factor is required now.", text)


def _redrawn(form: TwoFactorPolicyChange) -> Screen:
    access = require_access(authentication.actor(), form.org_id.value, Action.SECOND_FACTOR_REQUIRE)
    return _screen(two_factor_policy.show(access), form)


def _screen(requirement: Requirement, form: TwoFactorPolicyChange) -> Screen:
    context = {"requirement": requirement, "form": form}
    return Screen(
        "organizations/two_factor_policy/index.html",
        "organizations/two_factor_policy/_form.html",
        "requirement",
        context,
    )
