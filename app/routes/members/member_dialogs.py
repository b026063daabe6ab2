"""The forms about members, each as a page and as a dialog of the members page."""

from app.base.codes import Code
from app.base.errors import NotFound
from app.base.permissions import Action
from app.routes.members import api
from app.routes.members.members import MemberInvite, MemberReference, invite_screen, routes
from app.services.core.actors import Access
from app.services.members import member_queries, removal
from app.web.forms.forms import InOrganization
from app.web.guard.access import requires
from app.web.response import replies, screens
from app.web.response.replies import Shown


@routes.get("/organization/members/invite/")
@requires(Action.MEMBERS_MANAGE, InOrganization)
def invite_form(access: Access, form: InOrganization) -> Shown:
    """Show the form for inviting."""
    blank = MemberInvite()
    blank.org_id.value = form.org_id.value
    return replies.page(lambda: invite_screen(blank))


@routes.get("/organization/members/remove/")
@requires(Action.MEMBERS_LEAVE, MemberReference, api=api.REMOVE_FORM)
def remove_form(access: Access, form: MemberReference) -> Shown:
    """Preview what ends if a member is removed."""
    removal.check_removal(access, form.email.value)
    member = member_queries.find(access, form.email.value.key)
    if member is None:
        raise NotFound(Code.MEMBER_NOT_FOUND, field="email")

    ends = removal.preview(access, member.uid)
    leaving = member.is_self
    title = "Leave" if leaving else "Cancel invitation" if member.pending else "Remove member"
    return replies.shown(
        lambda: {"data": {**api.listed_member(member), "ends": ends.as_json()}},
        lambda: screens.form(
            "members/_remove_form.html",
            "remove-form",
            title=title,
            section="members",
            member=member,
            leaving=leaving,
            ends=ends,
        ),
    )
