"""`/invitation/`: the actor's invitations, and the pages behind mailed links."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from app.base.events import Event
from app.routes.accounts.mailed_links import EmailLinkToken
from app.routes.members import api
from app.services.core.actors import Actor
from app.services.members import invitation_answers, received_invitations
from app.services.members.received_invitations import Ending, ReceivedInvitation
from app.text import email_addresses
from app.web.forms.forms import InOrganization, Nothing
from app.web.guard.access import public, signed_in
from app.web.response import replies
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("invitations", __name__)


class InvitationReference(InOrganization):
    """The organization that invited you."""


@routes.get("/invitation/")
@signed_in(Nothing, by_key=api.BY_KEY, api=api.INVITATIONS_INDEX)
def index(actor: Actor, form: Nothing) -> Shown:
    """List the invitations you have received."""
    return replies.shown(
        lambda: {"data": [api.invitation(offer) for offer in received_invitations.list_own(actor)]},
        lambda: _list_screen(actor),
    )


@routes.post("/invitation/")
@signed_in(InvitationReference, refused_as=Event.INVITATION_ACCEPTED, by_key=api.BY_KEY, api=api.ACCEPT)
def accept(actor: Actor, form: InvitationReference) -> Reply:
    """Accept an invitation."""
    invitation_answers.accept(actor, form.org_id.value)

    return _joined(form.org_id.value)


@routes.delete("/invitation/")
@signed_in(InvitationReference, refused_as=Event.INVITATION_DECLINED, by_key=api.BY_KEY, api=api.DECLINE)
def decline(actor: Actor, form: InvitationReference) -> Reply:
    """Decline an invitation."""
    invitation_answers.decline(actor, form.org_id.value)

    return _declined(actor)


@routes.get("/invitation/accept/")
@public(EmailLinkToken, api=api.LINK)
def link(actor: Actor | None, form: EmailLinkToken) -> replies.Result:
    """Get the invitation behind a mailed link."""
    offer = received_invitations.find_by_link(form.token.value)
    ending = received_invitations.ending_of(offer, actor)
    if offer is None or ending:
        return _ended(ending or Ending.UNKNOWN, offer, form.token.value)

    context = {"invitation": offer, "token": form.token.value, "address": email_addresses.masked(offer.email)}
    return replies.shown(
        lambda: {"data": {**api.invitation(offer), "csrf_token": generate_csrf()}},
        lambda: Screen("members/invitations/show.html", "members/invitations/show.html", "main", context),
    )


@routes.post("/invitation/accept/")
@signed_in(EmailLinkToken, refused_as=Event.INVITATION_ACCEPTED, by_key=api.BY_KEY, api=api.ACCEPT_LINK)
def accept_link(actor: Actor, form: EmailLinkToken) -> Reply:
    """Accept an invitation with its mailed link."""
    return _joined(invitation_answers.accept_link(actor, form.token.value).organization_id)


@routes.delete("/invitation/accept/")
@signed_in(EmailLinkToken, refused_as=Event.INVITATION_DECLINED, by_key=api.BY_KEY, api=api.DECLINE_LINK)
def decline_link(actor: Actor, form: EmailLinkToken) -> Reply:
    """Decline an invitation with its mailed link."""
    invitation_answers.decline_link(actor, form.token.value)

    return _declined(actor)


def _joined(organization_id: str) -> Reply:
    notice = Flash("success", "Welcome to the team.")
    to = url_for("organizations.index", orgId=organization_id)
    return replies.changed({"status": "OK", "orgId": organization_id}, notice, to=to)


def _declined(actor: Actor) -> Reply:
    return replies.changed(
        {"status": "OK"},
        Flash("success", "The invitation is declined."),
        to=url_for("organizations.index"),
        screen=lambda: _list_screen(actor),
    )


def _ended(ending: Ending, offer: ReceivedInvitation | None, token: str) -> ResponseReturnValue:
    """Return the page or error that explains why a link does not work."""
    context = {
        "case": str(ending),
        "organization": offer.organization if offer else None,
        "address": email_addresses.masked(offer.email) if offer else None,
        "token": token,
    }
    shown = Screen("members/invitations/ended.html", "members/invitations/ended.html", "main", context)
    return replies.ended(ending.refusal, shown)


def _list_screen(actor: Actor) -> Screen:
    context = {"invitations": received_invitations.list_own(actor)}
    return Screen("members/invitations/index.html", "members/invitations/_list.html", "invitations", context)
