"""Audit entries, for changes and refused attempts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class Outcome(StrEnum):
    """Whether the action was done or refused."""

    DONE = "done"
    REFUSED = "refused"


class AuditEntry(Base):
    """A change or refused attempt: its actor, action, target and details, chained to the entry before.

    It has no foreign keys, because it outlives the rows that it refers to. `hash` seals every column except
    target, before and after. These may be redacted, so `hash` covers only `commitment`, their digest with
    `salt`. A redaction removes the salt, and `amendment` seals the redacted values.
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
