"""WebAuthn challenges that browsers sign with a passkey."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class CeremonyPurpose(StrEnum):
    """The purpose of a challenge."""

    REGISTER = "register"
    LOG_IN = "log_in"
    SECOND = "second"


class Ceremony(Base):
    """An open challenge in base64url. `user_id` is null for a sign-in, where the account isn't known yet."""

    __tablename__ = "ceremonies"
    __table_args__ = (Index(None, "expires_at"), Index(None, "user_id"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    challenge: Mapped[str] = mapped_column(String(128))
    expires_at: Mapped[datetime]
