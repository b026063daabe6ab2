"""Old secrets: what a renewed key had before, and until when it still works."""

from datetime import datetime, timedelta

from sqlalchemy import case, update

from app.database import session
from app.models import Credential, OldSecret

# Not the column alone: what an older Crewroom wrote there may be later than the end of the key.
ends_at = case(
    (Credential.expires_at < OldSecret.expires_at, Credential.expires_at), else_=OldSecret.expires_at
)


def retire(credential: Credential, at: datetime, overlap: timedelta, key_ends: datetime | None) -> None:
    """Keep the digest of the secret that is replaced; it works for the overlap.

    No secret of the key outlives the term it had, nor the new one: not one that was replaced earlier either.
    """
    session.add(
        OldSecret(
            digest=credential.digest,
            credential_id=credential.id,
            prefix=credential.prefix,
            issued_at=credential.renewed_at or credential.created_at,
            replaced_at=at,
            expires_at=at + overlap,
            last_used_at=credential.last_used_at,
        )
    )
    session.flush()
    for end in filter(None, (credential.expires_at, key_ends)):
        _end_by(credential.id, end)


def _end_by(credential_id: str, end: datetime) -> None:
    later = (OldSecret.credential_id == credential_id, OldSecret.expires_at > end)
    session.execute(update(OldSecret).where(*later).values(expires_at=end))
