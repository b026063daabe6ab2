"""Contact addresses of organizations: they are kept as typed, so one account is written in several ways."""

import re

from sqlalchemy import ColumnElement, func, select

from app.base.errors import InvalidInput
from app.models import Organization
from app.storage.database import db
from app.text import email_addresses
from app.text.email_addresses import Address


def written_to(address: Address) -> list[str]:
    """List the identifiers of the organizations whose contact address is this one, however it is written."""
    found = select(Organization.id, Organization.management_email).where(written_like(address))
    return [identifier for identifier, written in db.execute(found) if matches(written, address)]


def written_like(address: Address) -> ColumnElement[bool]:
    """Return a condition that every spelling of an address meets, and some other addresses do.

    SQLite folds ASCII letters only, and a domain has two forms: what is ASCII before the @ is compared.
    """
    start = re.split(r"[@\x80-\U0010ffff]", address.key, maxsplit=1)[0]
    return func.lower(Organization.management_email).startswith(start, autoescape=True)


def matches(written: str, address: Address) -> bool:
    """Return whether a contact address as it is kept is a spelling of an address."""
    try:
        return email_addresses.parse(written).key == address.key
    except InvalidInput:  # kept from before a rule about addresses
        return written.lower() == address.key
