"""WebAuthn challenges. Each is issued once and consumed once."""

from datetime import timedelta

from sqlalchemy import delete
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from app.base import clock, identifiers
from app.models import Ceremony, CeremonyPurpose
from app.storage.database import db

LIFETIME = timedelta(minutes=10)


def create(purpose: CeremonyPurpose, challenge: bytes, *, user_id: str | None = None) -> str:
    """Store a challenge; return the identifier that the browser sends back with its response."""
    db.execute(delete(Ceremony).where(Ceremony.expires_at <= clock.now()))
    ceremony = Ceremony(
        id=identifiers.new("webauth"),
        purpose=purpose,
        user_id=user_id,
        challenge=bytes_to_base64url(challenge),
        expires_at=clock.now() + LIFETIME,
    )
    db.add(ceremony)
    return ceremony.id


def consume(identifier: str | None, purpose: CeremonyPurpose, *, user_id: str | None = None) -> bytes | None:
    """Delete a challenge and return it, or None if it is unknown, used or expired.

    It can't be used again, even if the response to it turns out to be invalid.
    """
    statement = (
        delete(Ceremony)
        .where(
            Ceremony.id == identifier,
            Ceremony.purpose == purpose,
            Ceremony.user_id.is_(None) if user_id is None else Ceremony.user_id == user_id,
        )
        .returning(Ceremony.challenge, Ceremony.expires_at)
    )
    row = db.execute(statement).first()
    return base64url_to_bytes(row.challenge) if row and row.expires_at > clock.now() else None
