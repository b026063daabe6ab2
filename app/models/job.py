"""Work to be done after the answer: mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class Job(Base):
    """One thing to do, at least once. A worker claims it for a while, and tries again later if that fails."""

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "done_at", "due_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer)
    done_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(500))
