"""Receipts: what ended when somebody left an organization."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class Receipt(Base):
    """Numbered in each organization from 1. `person` and `by` are addresses as they were, until erased."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("organization_id", "number"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    organization_id: Mapped[Id] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    action: Mapped[Text]
    person_id: Mapped[Id]
    person: Mapped[Text]
    by_id: Mapped[Id]
    by: Mapped[Text]
    ended: Mapped[dict[str, Any]] = mapped_column(JSON)
