"""Organizations."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class Organization(Base):
    """A team. `created_by` is history, not a right: no foreign key, it outlives the account.

    From `second_factor_from` on, members without a second factor are shut out; null where none is required.
    """

    __tablename__ = "organizations"

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[Text]
    logo: Mapped[str | None] = mapped_column(String(2048))
    management_email: Mapped[Text]
    customer_id: Mapped[str | None] = mapped_column(String(255))
    created_by: Mapped[Id]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    second_factor_from: Mapped[datetime | None]
