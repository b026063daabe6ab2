"""Invitations: one row for each link that was mailed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class InvitationState(StrEnum):
    """What became of a link. Expiry is no state: it follows from `expires_at`."""

    OPEN = "open"
    USED = "used"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


class Invitation(Base):
    """A link to one account for one role. The newest of an invitee is open, the older ones are replaced."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "uq_invitations_open",
            "organization_id",
            "user_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "user_id"),
        Index(None, "invited_by"),
        Index(None, "shared_digest", unique=True),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    organization_id: Mapped[Id] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"))
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    invited_by: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    # Why its mail did not arrive, in words for the page.
    undelivered: Mapped[str | None] = mapped_column(String(300))
    # Of the link that the inviter shares by hand; unlike the mailed one it proves nothing about the mailbox.
    shared_digest: Mapped[str | None] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
