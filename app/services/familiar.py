"""Familiar names: what whoever guesses a password here would try first."""

from urllib.parse import urlsplit

from sqlalchemy import select

from app.config import Config
from app.database import config, session
from app.models import Membership, Organization, User

PRODUCT = "Crewroom"


def of_portal(settings: Config) -> list[str]:
    """List what everybody knows: the product, and the host of the portal."""
    return [PRODUCT, urlsplit(settings.base_url).hostname or ""]


def of_person(user: User) -> list[str]:
    """List what is known of somebody besides: address, name, organizations, also those that invite them."""
    names = (
        select(Organization.name)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.user_id == user.id)
    )
    return [user.email, user.name, *of_portal(config()), *session.scalars(names)]
