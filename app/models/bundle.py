"""Bundles, one for each version of an app."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Text


class Bundle(Base):
    """A version of an app. `checksum` is the address of its file; versions are ordered by `precedence`."""

    __tablename__ = "bundles"
    __table_args__ = (
        UniqueConstraint("app_id", "version"),
        Index(None, "app_id", "precedence", "id"),
        Index(None, "checksum"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    app_id: Mapped[Id] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"))
    version: Mapped[str] = mapped_column(String(100))
    precedence: Mapped[str] = mapped_column(String(500))
    filename: Mapped[Text]
    size: Mapped[int] = mapped_column(BigInteger)
    checksum: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[Id]
    created_at: Mapped[datetime]
