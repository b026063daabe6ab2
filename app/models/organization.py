"""Organizations."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class Organization(Base):
    """An organization. `created_by` is history and grants no rights; it has no foreign key.

    From `second_factor_from` on, members without a second factor have no access; null if none is required.
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
