"""The secret keys of the portal: the fingerprint of the one in use, and the sealed ones before it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class PortalKey(Base):
    """A secret key by its fingerprint; the highest number is in use.

    Earlier keys are kept in `sealed`, encrypted under the key in use, to verify what the audit log holds of
    their time.
    """

    __tablename__ = "portal_keys"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime]
    sealed: Mapped[str | None] = mapped_column(String(1024))
