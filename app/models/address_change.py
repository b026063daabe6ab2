"""Address changes of accounts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class AddressChange(Base):
    """A requested change of an account's address, carried out once both addresses have confirmed it."""

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
