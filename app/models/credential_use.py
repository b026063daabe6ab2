"""Uses and blocks of credentials in organizations."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class CredentialUse(Base):
    """The last use of a session or key in one organization, and when the organization blocked it."""

    __tablename__ = "credential_uses"
    __table_args__ = (Index(None, "organization_id"), {"sqlite_with_rowid": False})

    credential_id: Mapped[Id] = mapped_column(
        ForeignKey("credentials.id", ondelete="CASCADE"), primary_key=True
    )
    organization_id: Mapped[Id] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True
    )
    last_used_at: Mapped[datetime | None]
    cut_off_at: Mapped[datetime | None]
    cut_off_by: Mapped[str | None] = mapped_column(String(40))
