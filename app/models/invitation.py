"""Invitations, one for each mailed link."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class InvitationState(StrEnum):
    """The state of an invitation. Expiry is not a state, since it follows from `expires_at`."""

    OPEN = "open"
    USED = "used"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


class Invitation(Base):
    """An invitation of one account to one role. Only the newest one of an invitee can be open."""

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
    # Why its mail was not delivered, as a sentence for the page.
    undelivered: Mapped[str | None] = mapped_column(String(300))
    # Digest of the link that the inviter shares by hand. Unlike the mailed link it doesn't prove the mailbox.
    shared_digest: Mapped[str | None] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
