"""Credentials: sessions, API keys, mailed links and pending logins."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class CredentialKind(StrEnum):
    """The kind of a credential. One kind is never accepted as another."""

    SESSION = "session"
    KEY = "key"
    CONFIRMATION = "confirmation"
    RESET = "reset"
    CHALLENGE = "challenge"


class Credential(Base):
    """A secret's digest, its owner, its ceiling and its lifetime.

    `failures` counts the wrong codes of a pending login.
    """

    __tablename__ = "credentials"
    __table_args__ = (Index(None, "user_id", "kind"), Index(None, "organization_id"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    organization_id: Mapped[str | None] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"))
    name: Mapped[Text]
    prefix: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    renewed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
