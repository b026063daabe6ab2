"""`/organization/members/export/`: export the members as CSV."""

from flask import Response
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.permissions import Action
from app.routes.members import api
from app.routes.members.filter_form import MemberFilterForm
from app.routes.members.members import routes
from app.services.core.actors import Access
from app.services.members import member_queries
from app.services.members.membership_views import MembershipView
from app.web.guard.access import requires
from app.web.response import spreadsheets

_HEAD = ("uid", "email", "name", "role", "status", "added", "last_active")


@routes.get("/organization/members/export/")
@requires(Action.MEMBERS_MANAGE, MemberFilterForm, api=api.EXPORT)
def export(access: Access, form: MemberFilterForm) -> ResponseReturnValue:
    """Export the members and invitees as CSV, all or those of the filters."""
    members = member_queries.filtered(access, form.filters(), most=None).rows
    text = spreadsheets.BYTE_ORDER_MARK + spreadsheets.lines([_HEAD, *map(_cells, members)])

    headers = {"Content-Disposition": 'attachment; filename="members.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


def _cells(member: MembershipView) -> tuple[str, ...]:
    last = clock.rfc3339(member.last_active_at) if member.last_active_at else ""
    added = clock.rfc3339(member.added_at)
    return (member.uid, member.email, member.name, member.role, member.status, added, last)
