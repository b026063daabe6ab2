"""Key policies of organizations."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class KeyPolicy(Base):
    """The maximum lifetime of keys in days, and whether they must expire. No row means no policy."""

    __tablename__ = "key_policies"

    organization_id: Mapped[Id] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True
    )
    max_days: Mapped[int | None]
    expiry_required: Mapped[bool]
