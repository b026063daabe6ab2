"""The heads of the audit chains: how far each one reaches."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class AuditChain(Base):
    """The newest entry of an organization's chain, under a seal: so an end that was cut off is missed."""

    __tablename__ = "audit_chains"

    key: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
