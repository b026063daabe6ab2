"""The record: one row for each change, and for each refused attempt at one."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"


class AuditEntry(Base):
    """Who did what to whom, with which credential, before and after; and the link to the entry before.

    No foreign keys: the record outlives what it speaks of. `hash` seals every column but target, before and
    after; those may have to be forgotten, so they stand behind `commitment`, a digest of them with `salt`.
    Once something in them was forgotten the salt is gone, and `amendment` seals what stands there now.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "organization_id", "seq", unique=True),
        Index(None, "organization_id", "at"),
        Index(None, "organization_id", "actor_id", "seq"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    organization_id: Mapped[str | None] = mapped_column(String(40))
    actor_id: Mapped[str | None] = mapped_column(String(40))
    credential_id: Mapped[str | None] = mapped_column(String(40))
    action: Mapped[Text]
    outcome: Mapped[str] = mapped_column(String(16))
    target: Mapped[Text]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    request_id: Mapped[str | None] = mapped_column(String(64))
    seq: Mapped[int]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str | None] = mapped_column(String(32))
    amendment: Mapped[str | None] = mapped_column(String(64))
