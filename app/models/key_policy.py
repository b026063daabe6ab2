"""What an organization demands of the keys that act on it."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class KeyPolicy(Base):
    """The longest lifetime of a key in days, and whether keys must expire; no row demands nothing."""

    __tablename__ = "key_policies"

    organization_id: Mapped[Id] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True
    )
    max_days: Mapped[int | None]
    expiry_required: Mapped[bool]
