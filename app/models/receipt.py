"""Receipts of removals."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class Receipt(Base):
    """The record of a removal, numbered from 1 in each organization.

    `person` and `by` are the addresses at the time of the removal, until an erasure redacts them.
    """

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
