"""Replaced secrets of renewed keys, which keep working for a while."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, select, update

from app.models import Credential, OldSecret
from app.models.base import Moment
from app.storage.database import db

# Capped here because older versions stored times later than the end of the key.
ends_at = case(
    (Credential.expires_at < OldSecret.expires_at, Credential.expires_at), else_=OldSecret.expires_at
)
# Whether a credential still accepts the replaced secret with the digest `digest` at the time `now`.
STILL_WORKS = (
    select(OldSecret.digest)
    .where(OldSecret.digest == bindparam("digest"), ends_at > bindparam("now", type_=Moment()))
    .where(OldSecret.credential_id == Credential.id)
    .correlate(Credential)
    .exists()
)


def replace(credential: Credential, at: datetime, overlap: timedelta, key_ends: datetime | None) -> None:
    """Store the digest of the replaced secret, which works during the overlap; end all older ones now.

    The replaced secret expires no later than it would have, and no later than the key.
    """
    _end_all(credential.id, at)
    ends = filter(None, (at + overlap, credential.expires_at, key_ends))
    db.add(
        OldSecret(
            digest=credential.digest,
            credential_id=credential.id,
            prefix=credential.prefix,
            issued_at=credential.renewed_at or credential.created_at,
            replaced_at=at,
            expires_at=min(ends),
            last_used_at=credential.last_used_at,
        )
    )
    db.flush()


def _end_all(credential_id: str, at: datetime) -> None:
    alive = (OldSecret.credential_id == credential_id, OldSecret.expires_at > at)
    db.execute(update(OldSecret).where(*alive).values(expires_at=at))
