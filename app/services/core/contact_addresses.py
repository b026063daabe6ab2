"""Contact addresses of organizations. They are stored as typed, so one address has several spellings."""

import re

from sqlalchemy import ColumnElement, func, select

from app.base.errors import InvalidInput
from app.models import Organization
from app.storage.database import db
from app.text import email_addresses
from app.text.email_addresses import Address


def organization_ids(address: Address) -> list[str]:
    """List the identifiers of the organizations whose contact address is a spelling of this address."""
    candidates = select(Organization.id, Organization.management_email).where(may_match(address))
    return [identifier for identifier, written in db.execute(candidates) if matches(written, address)]


def may_match(address: Address) -> ColumnElement[bool]:
    """Return a SQL condition that every spelling of an address meets, and some other addresses too.

    It compares only the ASCII start of the part before the @: SQLite folds ASCII letters only, and an
    internationalized domain has two forms.
    """
    start = re.split(r"[@\x80-\U0010ffff]", address.key, maxsplit=1)[0]
    return func.lower(Organization.management_email).startswith(start, autoescape=True)


def matches(written: str, address: Address) -> bool:
    """Return whether a stored contact address is a spelling of an address."""
    try:
        return email_addresses.parse(written).key == address.key
    except InvalidInput:  # stored before the current rules for addresses
        return written.lower() == address.key
