"""`/organization/roles/`: the permissions of each role."""

from flask import Blueprint

from app.base.permissions import RULES, Action, Role
from app.routes.organizations import api
from app.services.core.actors import Access
from app.services.members import members
from app.web.forms.forms import InOrganization
from app.web.guard.access import requires
from app.web.response import replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen

routes = Blueprint("roles", __name__)


@routes.get("/organization/roles/")
@requires(Action.ORGANIZATION_READ, InOrganization, api=api.ROLES_INDEX)
def index(access: Access, form: InOrganization) -> Shown:
    """List the roles and the actions that each of them allows."""
    return replies.shown(
        lambda: {"data": [api.role_permissions(role) for role in Role]}, lambda: _screen(access)
    )


def _screen(access: Access) -> Screen:
    counted = members.count(access.organization.id)
    context = {
        "roles": list(Role),
        "rules": list(RULES.values()),
        "members_count": counted["members"],
        "invitations_count": counted["invitations"],
    }
    return Screen("organizations/roles/index.html", "organizations/roles/_table.html", "roles", context)
