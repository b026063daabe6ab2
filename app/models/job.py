"""Work to be done after the answer: mail, mostly."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class Outcome(StrEnum):
    """How the last attempt of a job ended; a job that nothing was tried of has none."""

    # Tried again later.
    FAILED = "failed"
    DEFERRED = "deferred"
    # Ended.
    DONE = "done"
    DROPPED = "dropped"
    REFUSED = "refused"
    WITHHELD = "withheld"
    GIVEN_UP = "given_up"


class Job(Base):
    """One thing to do, at least once. A worker claims it for a while, and tries again later if that fails.

    The row of a mail is also the record of what became of it: `addressee` is a keyed digest of the mailbox,
    `topic` says what kind of mail it is and what it is about, `failure` holds the reason.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "done_at", "rank", "due_at"), Index(None, "addressee", "created_at"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    # Jobs of a lower rank come first.
    rank: Mapped[int] = mapped_column(Integer, server_default="0")
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer)
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    failure: Mapped[str | None] = mapped_column(String(500))
    addressee: Mapped[str | None] = mapped_column(String(64))
    topic: Mapped[str | None] = mapped_column(String(120))
