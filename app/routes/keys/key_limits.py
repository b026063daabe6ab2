"""The options for limiting a new API key to an organization."""

from app.services.core import organization_access
from app.services.core.actors import Actor
from app.services.keys import key_queries


def choices(actor: Actor) -> list[tuple[str, str, str]]:
    """Return the value, text and note of each option."""
    rules = key_queries.rules(actor)
    everywhere = ("", "All my organizations", "It reaches every organization you belong to, now and later.")
    limits = [
        (mine.organization.id, mine.organization.name, rules[mine.organization.id].sentence)
        for mine in organization_access.list_own(actor)
    ]
    return [everywhere, *limits]
