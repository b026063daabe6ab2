"""`/organization/members/second-factor/`: reset the second factors of a member who lost access to them."""

from flask import url_for

from app.base.codes import Code
from app.base.errors import NotFound
from app.base.events import Event
from app.base.permissions import Action
from app.routes.members import api
from app.routes.members.members import MemberReference, list_screen, routes
from app.services.accounts import two_factor_reset
from app.services.core import organization_access
from app.services.core.actors import Access, Actor
from app.services.login import second_factors
from app.services.members import member_queries
from app.web.guard.access import requires
from app.web.response import replies, screens
from app.web.response.replies import Flash, Reply, Shown


@routes.get("/organization/members/second-factor/")
@requires(
    Action.SECOND_FACTOR_REQUIRE, MemberReference, by_key=second_factors.BY_KEY, api=api.RESET_TWO_FACTOR_FORM
)
def reset_two_factor_form(access: Access, form: MemberReference) -> Shown:
    """Get a member and whether they have a second factor."""
    member = member_queries.find(access, form.email.value.key)
    if member is None or member.pending:
        raise NotFound(Code.MEMBER_NOT_FOUND, field="email")

    return replies.shown(
        lambda: {"data": {**api.listed_member(member), "second_factor": member.has_second_factor}},
        lambda: screens.form(
            "members/_reset_form.html",
            "reset-form",
            title="Reset two-factor",
            section="members",
            member=member,
        ),
    )


def by_member(actor: Actor, form: MemberReference, action: Action) -> Access:
    """Return the actor's access, after locking every organization of the member, since all are checked."""
    access = organization_access.require(actor, form.org_id.value, action)
    two_factor_reset.lock_member(access, form.email.value)
    return organization_access.require(actor, form.org_id.value, action, changing=True)


@routes.delete("/organization/members/second-factor/")
@requires(
    Action.SECOND_FACTOR_REQUIRE,
    MemberReference,
    find_access=by_member,
    refused_as=Event.FACTORS_RESET,
    by_key=second_factors.BY_KEY,
    api=api.RESET_TWO_FACTOR,
)
def reset_two_factor(access: Access, form: MemberReference) -> Reply:
    """Remove a member's second factors, so that they can sign in with only their password."""
    two_factor_reset.reset(access, form.email.value)

    return replies.changed(
        {"status": "OK"},
        Flash(
            "success",
            f"Two-factor of {form.email.value.typed} is reset.",
            "They have been notified by email.",
        ),
        to=url_for("members.index", orgId=access.organization.id),
        screen=lambda: list_screen(access),
    )
