"""`/organization/members/`: list, invite, change and remove members."""

from typing import ClassVar

from flask import Blueprint, url_for

from app.base.events import Event
from app.base.permissions import Action, Role, grantable
from app.models import Receipt
from app.routes.members import api
from app.routes.members.filter_form import MemberFilterForm
from app.routes.organizations import api as organizations_api
from app.services.core.actors import Access
from app.services.jobs import jobs
from app.services.mail import outbox
from app.services.members import invitations, member_queries, members, removal
from app.services.members.members import Member
from app.text.email_addresses import Address
from app.web.forms.fields import INVALID_EMAIL, INVALID_ROLE
from app.web.forms.forms import CursorField, EmailField, InOrganization, LimitField, RoleField, TextField
from app.web.guard import authentication, rate_limits
from app.web.guard.access import require_access, requires
from app.web.response import replies, screens
from app.web.response.replies import Flash, Payload, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("members", __name__)


class MemberList(MemberFilterForm):
    """The members to list, and the page of the list."""

    ignores_unknown = True

    limit = LimitField.optional()
    cursor = CursorField.optional("Cursor")
    state = TextField.optional("State")


class MemberInvite(InOrganization):
    """The person to invite or change, and their new role."""

    ignores_unknown = True

    email = EmailField(required=INVALID_EMAIL)
    role = RoleField(required=INVALID_ROLE)


class MemberReference(InOrganization):
    """A member of an organization."""

    example: ClassVar = {"orgId": "org_123", "email": "user@example.com"}

    email = EmailField(required=INVALID_EMAIL)


class MemberRemove(MemberReference):
    """The member to remove."""

    ignores_unknown = True


@routes.get("/organization/members/")
@requires(Action.ORGANIZATION_READ, MemberList, api=api.MEMBERS_INDEX)
def index(access: Access, form: MemberList) -> Shown:
    """List the members and invitees of an organization."""
    return replies.shown(lambda: _payload(access, form), lambda: list_screen(access, form))


@routes.post("/organization/members/")
@requires(
    Action.MEMBERS_MANAGE,
    MemberInvite,
    redraw=lambda form: invite_screen(form),
    refused_as=Event.MEMBER_INVITED,
    api=api.INVITE,
)
def invite(access: Access, form: MemberInvite) -> Reply:
    """Invite a person, change a member's role, or resend an invitation."""
    rate_limits.check_tighter("invite", access.actor.user_id)
    with rate_limits.failed_look_ups(access.actor):
        member = members.invite(access, form.email.value, form.role.value)

    return replies.changed(
        {"status": "OK", "data": api.member(member)},
        _notice(member),
        to=url_for("members.index", orgId=access.organization.id),
        screen=lambda: changed_list_screen(access, form.email.value),
    )


@routes.delete("/organization/members/")
@requires(Action.MEMBERS_LEAVE, MemberRemove, refused_as=Event.MEMBER_REMOVED, api=api.REMOVE)
def remove(access: Access, form: MemberRemove) -> replies.Result:
    """Remove a member, cancel an invitation, or leave.

    Members can leave by giving their own address. For other addresses, the role `admin` is needed.
    """
    leaving = form.email.value.key == access.actor.email_key
    receipt = removal.remove(access, form.email.value)

    if leaving:
        return left(access)
    return replies.changed(
        {"status": "OK"},
        _removed(form.email.value.typed, receipt),
        to=url_for("members.index", orgId=access.organization.id),
        screen=lambda: list_screen(access),
    )


def left(access: Access, *, others: int = 0) -> Reply:
    """Return the reply to an actor who left, and so may no longer see the members list."""
    text = f"You also removed {others} other member{'s' if others > 1 else ''}." if others else None
    notice = Flash("success", f"You left {access.organization.name}.", text)
    return replies.changed({"status": "OK"}, notice, to=url_for("organizations.index"))


def changed_list_screen(access: Access, *changed: Address) -> Screen:
    """Return the members page after roles changed, for the actor's current role."""
    if access.actor.email_key in {address.key for address in changed}:
        access = require_access(access.actor, access.organization.id, Action.ORGANIZATION_READ)
    return list_screen(access)


def list_screen(access: Access, form: MemberList | None = None) -> Screen:
    """Return the members page with the filters of the form."""
    invited = bool(form and form.state.value == "invited")
    filters = form.filters(pending=True if invited else None) if form else member_queries.EVERYONE
    cursor = form.cursor.value if form else None
    page = member_queries.filtered(access, filters, cursor=cursor)
    counted = members.count(access.organization.id)
    context = {
        "members": page.rows,
        "next_cursor": page.next_cursor,
        "q": filters.text,
        "role_filter": filters.role or "",
        "query": {**(form.query() if form else {}), "orgId": access.organization.id},
        "filtered": filters.narrow,
        "state": "invited" if invited else "",
        "members_count": counted["members"],
        "invitations_count": counted["invitations"],
        "roles": list(Role),
        "grantable": grantable(access.role),
    }
    return Screen("members/index.html", "members/_list.html", "members", context)


def invite_screen(form: MemberInvite) -> Screen:
    """Return the page with the form for inviting."""
    access = require_access(authentication.actor(), form.org_id.value, Action.MEMBERS_MANAGE)
    return screens.form(
        "members/_invite_form.html",
        "invite-form",
        title="Invite people",
        section="members",
        form=form,
        grantable=grantable(access.role),
    )


def _payload(access: Access, form: MemberList) -> Payload:
    page = member_queries.in_organization(
        access, form.filters(), limit=form.limit.value, cursor=form.cursor.value
    )
    return replies.paged(page, organizations_api.listed_member)


def _notice(member: Member) -> Flash:
    if member.invitation_id is None:
        return Flash("success", f"{member.email} is now {Role(member.role).label.lower()}.")
    link = invitations.link_to_share(member.invitation_id)
    text = f"Invitation sent to {member.email}."
    if link and not invitations.mail_configured():
        return Flash(
            "success",
            f"{member.email} is invited.",
            "Mail is not set up. Share this link with them yourself.",
            link,
        )
    if link:
        how = (
            "Mail to this address wasn't delivered. Share this link with them yourself; it works for 7 days."
        )
        return Flash("info", f"{member.email} is invited.", how, link)
    if jobs.any_failing(outbox.KIND):
        how = "The mail server isn't accepting mail right now. The invitation will be sent once it does."
        return Flash("info", f"{member.email} is invited.", how)
    return Flash("success", text, "The link in it works for 7 days.")


def _removed(address: str, receipt: Receipt | None) -> Flash:
    if receipt is None:
        return Flash("success", f"The invitation of {address} is cancelled.", "The link no longer works.")
    text = f"Their access ended at once. Receipt {receipt.number} lists what ended."
    return Flash("success", f"{address} was removed.", text)
