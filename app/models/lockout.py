"""Counts of wrong passwords, and the lockouts that they cause."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Lockout(Base):
    """A leaky bucket of wrong guesses. Each guess postpones `forgiven_at`, when the bucket is empty again.

    `key` is a keyed digest, so that the table contains no email or network addresses.
    """

    __tablename__ = "lockouts"
    __table_args__ = (Index(None, "forgiven_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    forgiven_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
