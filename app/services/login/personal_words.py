"""Names that an attacker would try first in passwords."""

from contextlib import suppress
from urllib.parse import urlsplit

import idna
from sqlalchemy import select

from app.base.config import Config
from app.models import Membership, Organization, User
from app.storage.database import config, db

PRODUCT = "Crewroom"


def of_portal(settings: Config) -> list[str]:
    """List the names that anyone knows: the product and the portal's host."""
    host = urlsplit(settings.base_url).hostname or ""
    with suppress(UnicodeError):  # The host may be a name that resolves but that IDNA does not allow.
        host = idna.decode(host)
    return [PRODUCT, host]


def of_person(user: User) -> list[str]:
    """List the names around a person: their address, name and organizations, pending ones included."""
    names = (
        select(Organization.name)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.user_id == user.id)
    )
    return [user.email, user.name, *of_portal(config()), *db.scalars(names)]
