"""Screens that show organizations."""

from app.services.core import organization_access
from app.services.core.actors import Access, Actor
from app.services.members import member_queries, members, received_invitations
from app.web.response.screens import Screen

RECENT = 5


def list_screen(actor: Actor) -> Screen:
    """Return the page of the actor's organizations and invitations."""
    mine = [
        {"id": found.id, "name": found.name, "logo": found.logo, "role": role}
        for found, role in organization_access.list_own(actor)
    ]
    context = {"organizations": mine, "invitations": received_invitations.list_own(actor)}
    return Screen("organizations/index.html", "organizations/_list.html", "organizations", context)


def overview_screen(access: Access) -> Screen:
    """Return the overview page of an organization, with counts and the newest members."""
    counted = members.count(access.organization.id)
    context = {
        "members_count": counted["members"],
        "pending_count": counted["invitations"],
        "recent": member_queries.recent(access, RECENT),
    }
    return Screen("organizations/show.html", "organizations/show.html", "main", context)
