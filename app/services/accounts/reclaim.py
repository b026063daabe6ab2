"""Handing an account to the person who reads its mailbox, when its address was never confirmed.

Anyone may have registered it with an address of someone else, so nothing that was opened before opens it now.
"""

from sqlalchemy import delete, select

from app.base import clock
from app.base.events import Event
from app.models import Ceremony, Credential, Membership, User
from app.services.accounts import email_change
from app.services.core import audit, credentials
from app.services.login import lockouts, second_factors
from app.services.members import invitations
from app.storage.database import db
from app.text.email_addresses import Address


def reclaim(user: User) -> None:
    """Confirm the address and end all that was open; the caller holds the account and sets a new password.

    Sessions, keys, mailed links, sign-ins that wait for a second factor, second factors, recovery codes,
    changes of address, and invitations that it sent. Invitations to the address stay: they are for its owner.
    """
    user.confirmed_at = clock.now()
    credentials.revoke(Credential.user_id == user.id)
    removed = second_factors.clear(user.id)
    db.execute(delete(Ceremony).where(Ceremony.user_id == user.id))
    email_change.end_open(user.id)
    _cancel_invitations(user)
    lockouts.clear(Address(user.email, user.email_key))
    audit.record(Event.ACCOUNT_TAKEN_OVER, None, user.id, before={"factors": removed}, by=user.id)


def _cancel_invitations(user: User) -> None:
    belongs = select(Membership.organization_id).where(Membership.user_id == user.id)
    for organization_id in db.scalars(belongs).all():
        invitations.cancel_sent(None, organization_id, user.id)
