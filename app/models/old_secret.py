"""Replaced secrets of renewed keys."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class OldSecret(Base):
    """The digest of a replaced secret. It works until `expires_at`, which may be when it was replaced."""

    __tablename__ = "old_secrets"
    __table_args__ = (Index(None, "credential_id"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    credential_id: Mapped[Id] = mapped_column(ForeignKey("credentials.id", ondelete="CASCADE"))
    prefix: Mapped[str] = mapped_column(String(16))
    issued_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
