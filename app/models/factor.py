"""Second factors of accounts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class FactorKind(StrEnum):
    """The kind of a second factor."""

    TOTP = "totp"
    PASSKEY = "passkey"


class Factor(Base):
    """An authenticator app or a passkey. It is stored only once it is set up completely.

    An app has `sealed`, its encrypted secret, and `last_step`, the last time step whose code was used.
    A passkey has `handle`, its credential ID in base64url, its `public_key`, its signature counter, and the
    `host` it was made for, null if it was added before hosts were stored and not used since.
    """

    __tablename__ = "factors"
    __table_args__ = (
        Index(None, "user_id"),
        Index(None, "host"),
        Index(
            "uq_factors_totp",
            "user_id",
            unique=True,
            sqlite_where=text("kind = 'totp'"),
            postgresql_where=text("kind = 'totp'"),
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[Text]
    sealed: Mapped[str | None] = mapped_column(String(512))
    last_step: Mapped[int | None] = mapped_column(Integer)
    handle: Mapped[str | None] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_count: Mapped[int | None] = mapped_column(BigInteger)
    host: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    @property
    def label(self) -> str:
        """The factor's name for use in a sentence."""
        return f"passkey “{self.name}”" if self.kind == FactorKind.PASSKEY else "authenticator app"
