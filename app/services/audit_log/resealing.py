"""Reseal the audit log with a new secret key, after the old one was replaced or lost."""

from collections.abc import Iterator

from sqlalchemy import bindparam, select

from app.base import tokens
from app.services.audit_log.chain_walk import entries
from app.services.core import audit_chain
from app.services.core.audit_chain import CHAINS, ENTRIES, PORTAL
from app.storage.database import db

_HEAD = CHAINS.update().where(CHAINS.c.key == bindparam("chain"))
_ENTRY = ENTRIES.update().where(ENTRIES.c.id == bindparam("entry_id"))


def reseal_heads(old: str, new: str) -> None:
    """Reseal the heads of the chains with the new key, except those whose seal was already broken.

    Entries keep the hashes that were made with earlier keys: the head pins the newest entry, and each entry
    the one before it.
    """
    for head in db.execute(select(CHAINS)).all():
        seals = [
            audit_chain.head_seal(tokens.chain_key(key, head.key), head.seq, head.hash) for key in (old, new)
        ]
        if audit_chain.seals_equal(head.seal, seals[0]):
            db.execute(_HEAD.values(seal=seals[1]), {"chain": head.key})


def reseal_amendments(old: str, new: str) -> None:
    """Reseal redacted entries with the new key, so that edits can't be disguised with the old key."""
    for entry in db.execute(ENTRIES.select().where(ENTRIES.c.amendment.is_not(None))).mappings().all():
        chain = entry["organization_id"] or PORTAL
        if audit_chain.commitment_matches(tokens.chain_key(old, chain), entry):
            seal = audit_chain.amendment(tokens.chain_key(new, chain), entry)
            db.execute(_ENTRY.values(amendment=seal), {"entry_id": entry["id"]})


def reseal_all(new: str) -> Iterator[tuple[str, int, str]]:
    """Reseal all entries as they are, after their key was lost.

    Yield each chain with its number of entries and the former hash of its head.
    """
    for head in db.execute(select(CHAINS).order_by(CHAINS.c.key)).all():
        key = tokens.chain_key(new, head.key)
        seq, last = 0, ""
        for seq, stored in enumerate(entries(head.key), start=1):
            entry = {**stored, "seq": seq, "previous_hash": last}
            last = entry["hash"] = audit_chain.sealed(key, entry)
            amendment = None if entry["salt"] else audit_chain.amendment(key, entry)
            values = {
                "seq": seq,
                "previous_hash": entry["previous_hash"],
                "hash": last,
                "amendment": amendment,
            }
            db.execute(_ENTRY.values(values), {"entry_id": entry["id"]})
        seal = audit_chain.head_seal(key, seq, last)
        db.execute(_HEAD.values(seq=seq, hash=last, seal=seal), {"chain": head.key})
        yield head.key, seq, head.hash
