"""The heads of the audit chains."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class AuditChain(Base):
    """The sealed sequence number and hash of a chain's newest entry, so that a truncation is noticed."""

    __tablename__ = "audit_chains"

    key: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
