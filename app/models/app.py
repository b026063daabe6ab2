"""Apps: what an organization builds, and its members upload bundles of."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class App(Base):
    """An app. `name_key` is what names are compared and ordered by. `created_by` is history, not a right."""

    __tablename__ = "apps"
    __table_args__ = (UniqueConstraint("organization_id", "name_key"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    organization_id: Mapped[Id] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"))
    name: Mapped[Text]
    name_key: Mapped[str] = mapped_column(String(1000))
    created_by: Mapped[Id]
    created_at: Mapped[datetime]
