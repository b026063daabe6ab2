"""Reclaim an account that was never confirmed, for the reader of its mailbox.

Anyone could have registered it with someone else's address, so no earlier credential may open it any longer.
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
    """Confirm the address and end every earlier way in. The caller locks the account and sets a new password.

    This ends sessions, keys, mailed links, pending logins, second factors, recovery codes, address changes
    and the invitations that the account sent. Invitations to the address stay, since they are for its owner.
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
