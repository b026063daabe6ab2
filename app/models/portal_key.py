"""The secret keys of the portal: the fingerprint of the current one, and the earlier ones, sealed."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class PortalKey(Base):
    """The fingerprint of a secret key. The one with the highest number is current.

    Earlier keys are kept in `sealed`, encrypted with the current key, to verify the audit entries that they
    sealed.
    """

    __tablename__ = "portal_keys"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime]
    sealed: Mapped[str | None] = mapped_column(String(1024))
