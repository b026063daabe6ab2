"""Memberships of members and invitees as the page shows them, with what the actor may do to each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.base import clock
from app.base.permissions import Action, Role, grantable, outranks
from app.services.core import views
from app.services.core.actors import Access
from app.storage.database import AnyRow

MAIL_PATIENCE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class MembershipView:
    """The membership of a member or invitee as the page shows it, with what the actor may do to them.

    Whether they have a second factor and when they were last active is shown to admins only.
    """

    uid: str
    email: str
    name: str
    image_url: str | None
    role: Role
    pending: bool
    disabled: bool
    has_second_factor: bool
    added_at: datetime
    last_active_at: datetime | None
    expires_at: datetime | None
    expired: bool
    invited_by: str | None
    is_self: bool
    editable: bool
    mail_waits: bool
    undelivered: str | None
    removable: bool
    resendable: bool
    resettable: bool
    grantable: list[Role]

    @property
    def display_name(self) -> str:
        """The name, or the address if the name is empty."""
        return self.name or self.email

    @property
    def status(self) -> str:
        """The state of the membership as one word."""
        if self.pending:
            return "Expired" if self.expired else "Invited"
        return "Suspended" if self.disabled else "Active"


def of_row(access: Access, row: AnyRow) -> MembershipView:
    """Return the membership in a row of `member_queries`."""
    role, is_self = Role(row.role), row.id == access.actor.user_id
    manages = access.may(Action.MEMBERS_MANAGE)
    manageable = manages and outranks(access.role, role)
    return views.of_row(
        MembershipView,
        row,
        uid=row.id,
        role=role,
        disabled=row.disabled_at is not None,
        has_second_factor=manages and bool(row.has_second_factor),
        last_active_at=row.last_active_at if manages else None,
        expired=row.expires_at is not None and row.expires_at <= clock.now(),
        is_self=is_self,
        editable=manageable,
        mail_waits=_mail_waits(row),
        undelivered=row.undelivered if manageable else None,
        removable=manageable or is_self,
        resendable=manageable and row.pending,
        resettable=_resettable(access, row),
        grantable=grantable(access.role),
    )


def _mail_waits(row: AnyRow) -> bool:
    """Return whether an invitation should have been mailed by now and hasn't been."""
    waits = row.invited_at is not None and row.mailed_at is None and row.undelivered is None
    return waits and row.invited_at < clock.now() - MAIL_PATIENCE


def _resettable(access: Access, row: AnyRow) -> bool:
    permitted = access.may(Action.SECOND_FACTOR_REQUIRE) and row.id != access.actor.user_id
    return permitted and bool(row.has_second_factor) and not row.pending
