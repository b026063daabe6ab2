"""Familiar names: what whoever guesses a password here would try first."""

from contextlib import suppress
from urllib.parse import urlsplit

import idna
from sqlalchemy import select

from app.base.config import Config
from app.models import Membership, Organization, User
from app.storage.database import config, db

PRODUCT = "Crewroom"


def of_portal(settings: Config) -> list[str]:
    """List what everybody knows: the product, and the host of the portal."""
    host = urlsplit(settings.base_url).hostname or ""
    with suppress(UnicodeError):  # a name that resolves, and that the standard does not have
        host = idna.decode(host)
    return [PRODUCT, host]


def of_person(user: User) -> list[str]:
    """List what is known of somebody besides: address, name, organizations, also those that invite them."""
    names = (
        select(Organization.name)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.user_id == user.id)
    )
    return [user.email, user.name, *of_portal(config()), *db.scalars(names)]
