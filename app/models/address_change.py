"""Changes of address that wait for both sides."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class AddressChange(Base):
    """A person's wish to be reached elsewhere; it happens when both addresses have agreed."""

    __tablename__ = "address_changes"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    email: Mapped[Text]
    email_key: Mapped[Text]
    old_digest: Mapped[str] = mapped_column(String(64), unique=True)
    new_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    old_confirmed_at: Mapped[datetime | None]
    new_confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
