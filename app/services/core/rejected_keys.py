"""Why a key no longer works. Only a caller who sends its secret learns the reason."""

from sqlalchemy import select

from app.base import tokens
from app.models import Credential, CredentialKind, OldSecret
from app.storage.database import db
from app.text import humanize


def rejection_reason(secret: str) -> str | None:
    """Return why a well-formed secret no longer works, or None if it never belonged to a key."""
    digest = tokens.digest(secret)
    key = db.execute(
        select(Credential.revoked_at, Credential.expires_at).where(
            Credential.digest == digest, Credential.kind == CredentialKind.KEY
        )
    ).first()
    if key is None:
        return _replacement_reason(digest)
    if key.revoked_at:
        return f"This key was revoked on {humanize.day(key.revoked_at)}."
    return f"This key expired on {humanize.day(key.expires_at)}." if key.expires_at else None


def _replacement_reason(digest: str) -> str | None:
    old = db.execute(
        select(OldSecret.replaced_at, Credential.revoked_at)
        .join(Credential, Credential.id == OldSecret.credential_id)
        .where(OldSecret.digest == digest)
    ).first()
    if old is None:
        return None
    if old.revoked_at:
        return f"This key was revoked on {humanize.day(old.revoked_at)}."
    return f"This key was renewed on {humanize.day(old.replaced_at)}; use its new secret."
