"""User accounts."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class User(Base):
    """An account. `email` is the address as typed; addresses are compared by `email_key`."""

    __tablename__ = "users"

    id: Mapped[Id] = mapped_column(primary_key=True)
    email: Mapped[Text]
    email_key: Mapped[Text] = mapped_column(unique=True)
    name: Mapped[Text]
    image_url: Mapped[str | None] = mapped_column(String(2048))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    @property
    def display_name(self) -> str:
        """The name, or the address if the name is empty."""
        return self.name or self.email
