"""Sealing the audit log under another secret key, when the portal's own is replaced or lost."""

from collections.abc import Iterator

from sqlalchemy import bindparam, select

from app.base import tokens
from app.services.audit_log.chain_walk import entries
from app.services.core import audit_chain
from app.services.core.audit_chain import CHAINS, ENTRIES, PORTAL
from app.storage.database import db

_HEAD = CHAINS.update().where(CHAINS.c.key == bindparam("chain"))
_ENTRY = ENTRIES.update().where(ENTRIES.c.id == bindparam("entry_id"))


def heads(old: str, new: str) -> None:
    """Seal the heads of the chains under the new key, except those whose seal was broken already.

    An entry keeps its hash, under the key of its time: the head pins the newest, each pins the one before it.
    """
    for head in db.execute(select(CHAINS)).all():
        seals = [
            audit_chain.head_seal(tokens.chain_key(key, head.key), head.seq, head.hash) for key in (old, new)
        ]
        if audit_chain.seals_equal(head.seal, seals[0]):
            db.execute(_HEAD.values(seal=seals[1]), {"chain": head.key})


def amendments(old: str, new: str) -> None:
    """Seal under the new key what a forgetting left, so that the old key cannot pass an edit off as one."""
    for entry in db.execute(ENTRIES.select().where(ENTRIES.c.amendment.is_not(None))).mappings().all():
        chain = entry["organization_id"] or PORTAL
        if audit_chain.commitment_matches(tokens.chain_key(old, chain), entry):
            seal = audit_chain.amendment(tokens.chain_key(new, chain), entry)
            db.execute(_ENTRY.values(amendment=seal), {"entry_id": entry["id"]})


def everything(new: str) -> Iterator[tuple[str, int, str]]:
    """Seal all entries as they are, where the key of their time is lost.

    Yields each chain with its number of entries, and the hash that its head had.
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
