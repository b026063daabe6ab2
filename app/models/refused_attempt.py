"""Refused attempts whose repeats are being counted."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class RefusedAttempt(Base):
    """A refused attempt. `key` is a digest of its actor, credential, action, target and error.

    `times` counts every refusal, including the first.
    """

    __tablename__ = "refused_attempts"
    __table_args__ = (Index(None, "organization_id", "actor_id", "first_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    organization_id: Mapped[str | None] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"))
    actor_id: Mapped[Id]
    credential_id: Mapped[Id]
    action: Mapped[Text]
    target: Mapped[Text]
    error: Mapped[Text]
    times: Mapped[int] = mapped_column(Integer)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    request_id: Mapped[str | None] = mapped_column(String(64))
