"""Memberships of accounts in organizations."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.base.permissions import Role
from app.models.base import Base, Id


class Membership(Base):
    """A member, or an invitee while `pending`. `role` is the role that was granted or offered."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(role.value) for role in Role)})", name="role"),
        Index(None, "organization_id", "added_at", "user_id"),
        Index(None, "user_id"),
        {"sqlite_with_rowid": False},
    )

    organization_id: Mapped[Id] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    pending: Mapped[bool]
    added_at: Mapped[datetime]
    last_active_at: Mapped[datetime | None]

    @property
    def written_role(self) -> str:
        """The role as the API shows it: `invite_…` while pending."""
        return Role(self.role).invited if self.pending else self.role
