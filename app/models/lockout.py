"""Lock-outs: how many wrong passwords somebody or some place has behind them, and until when it is locked."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Lockout(Base):
    """A bucket that drains: each wrong guess moves `forgiven_at`, when all of them are forgiven, further off.

    `key` is a keyed digest, so that the table names no address of a person or of a network.
    """

    __tablename__ = "lockouts"
    __table_args__ = (Index(None, "forgiven_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    forgiven_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
