"""Jobs, which run after the answer."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class JobOutcome(StrEnum):
    """How the last attempt of a job ended; null before the first attempt."""

    # Will be retried.
    FAILED = "failed"
    DEFERRED = "deferred"
    # Ended.
    DONE = "done"
    DROPPED = "dropped"
    REFUSED = "refused"
    WITHHELD = "withheld"
    GIVEN_UP = "given_up"


class Job(Base):
    """A job that is done at least once. A worker leases it, and retries it later if it fails.

    The row of a mail is also its delivery record: `addressee` is a keyed digest of the mailbox, `topic` is
    the kind of mail and what it is about, and `failure` says why it failed.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "done_at", "rank", "due_at"), Index(None, "addressee", "created_at"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    # Jobs with a lower rank run first.
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
