"""Apps of organizations."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class App(Base):
    """An app. Names are compared and ordered by `name_key`. `created_by` is history and grants no rights."""

    __tablename__ = "apps"
    __table_args__ = (UniqueConstraint("organization_id", "name_key"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    organization_id: Mapped[Id] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"))
    name: Mapped[Text]
    name_key: Mapped[str] = mapped_column(String(1000))
    created_by: Mapped[Id]
    created_at: Mapped[datetime]
