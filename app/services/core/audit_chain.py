"""Audit chains. Each entry seals the one before it, with a key derived for its organization.

Only this module inserts audit entries and decides what a hash covers.
"""

import hashlib
import hmac
import secrets as chance
from collections.abc import Mapping
from typing import Any, cast

import orjson
from sqlalchemy import ColumnElement, Table, bindparam, func, select, text

from app.base import tokens
from app.base.errors import Unavailable
from app.models import AuditChain, AuditEntry, PortalKey
from app.storage.database import AnyRow, config, db

PORTAL = "portal"
"""The chain of entries that belong to no organization."""

ENTRIES = cast("Table", AuditEntry.__table__)
CHAINS = cast("Table", AuditChain.__table__)

Stored = Mapping[Any, Any]
"""An entry as a dictionary, or as a row mapped by column name."""

_SEALED = (
    "id",
    "at",
    "organization_id",
    "actor_id",
    "credential_id",
    "action",
    "outcome",
    "request_id",
    "seq",
    "previous_hash",
    "commitment",
)
_REDACTABLE = ("target", "before", "after")

# Statements use the tables, not the classes, so that the ORM neither flushes first nor tracks rows.
HEAD = select(CHAINS.c.seq, CHAINS.c.hash, CHAINS.c.seal).where(CHAINS.c.key == bindparam("chain"))
_HEAD_LOCKED = HEAD.with_for_update()
_START_CHAIN = text(
    "INSERT INTO audit_chains (key, seq, hash, seal) VALUES (:chain, 0, '', '') ON CONFLICT DO NOTHING"
)
_FINGERPRINT = select(PortalKey.fingerprint).order_by(PortalKey.number.desc()).limit(1)
_ADD_ENTRY = ENTRIES.insert()
_MOVE_HEAD = CHAINS.update().where(CHAINS.c.key == bindparam("chain"))


def append(entry: dict[str, Any]) -> None:
    """Add an entry to the end of its chain. The chain stays locked until the transaction ends."""
    chain = entry["organization_id"] or PORTAL
    key = key_of(chain)
    entry["seq"], entry["previous_hash"] = _next_place(chain, key)
    entry["salt"] = chance.token_hex(16)
    entry["commitment"] = commitment(entry)
    entry["hash"] = sealed(key, entry)

    db.execute(_ADD_ENTRY, entry)
    head = {"seq": entry["seq"], "hash": entry["hash"], "seal": head_seal(key, entry["seq"], entry["hash"])}
    db.execute(_MOVE_HEAD, {"chain": chain, **head})


def lock_head(chain: str) -> AnyRow:
    """Lock a chain and return its head; a new chain starts at 0."""
    head = db.execute(_HEAD_LOCKED, {"chain": chain}).first()
    if head is None:
        db.execute(_START_CHAIN, {"chain": chain})
        head = db.execute(_HEAD_LOCKED, {"chain": chain}).one()
    return head


def key_of(chain: str) -> bytes:
    """Return the key that seals a chain."""
    return tokens.chain_key(config().secret_key, chain)


def newest(count: int) -> Any:
    """Return a statement that selects the newest entries of all chains, with the columns for `sealed_by`."""
    columns = (ENTRIES.c.hash, *(ENTRIES.c[name] for name in _SEALED))
    return select(*columns).order_by(ENTRIES.c.id.desc()).limit(count)


def sealed_by(secret_key: str, entry: Stored) -> bool:
    """Return whether an entry was sealed with this secret key."""
    key = tokens.chain_key(secret_key, entry["organization_id"] or PORTAL)
    return seals_equal(entry["hash"], sealed(key, entry))


def sealed(key: bytes, entry: Stored) -> str:
    """Return the hash of an entry. It covers the fields that are never redacted and the previous hash."""
    return _mac(key, {name: entry[name] for name in _SEALED})


def commitment(entry: Stored) -> str:
    """Return the salted digest that commits an entry to its redactable fields."""
    return hashlib.sha256(bytes.fromhex(entry["salt"]) + _redactable(entry)).hexdigest()


def amendment(key: bytes, entry: Stored) -> str:
    """Return the seal of an entry's redactable fields as they are after a redaction."""
    return _mac(key, ["amended", entry["hash"], _redactable(entry).decode()])


def commitment_matches(key: bytes, entry: Stored) -> bool:
    """Return whether the redactable fields are as recorded, or as the last redaction left them."""
    if entry["salt"]:
        return seals_equal(entry["commitment"], commitment(entry))
    return seals_equal(entry["amendment"], amendment(key, entry))


def head_seal(key: bytes, seq: int, hash_: str) -> str:
    """Return the seal of a chain's head, so that it can't be rolled back without the key."""
    return _mac(key, ["head", seq, hash_])


def seals_equal(seal: str | None, other: str) -> bool:
    """Compare two seals in constant time."""
    return hmac.compare_digest(seal or "", other)


def _next_place(chain: str, key: bytes) -> tuple[int, str]:
    """Return the sequence number of the next entry, and the hash of the previous one.

    Raises `Unavailable` if the secret key was replaced since this process started. After a head that was
    tampered with, the chain continues but is visibly broken: refusing all further changes would let an
    attacker disable the organization.
    """
    head = lock_head(chain)
    if seals_equal(head.seal, head_seal(key, head.seq, head.hash)):
        return head.seq + 1, head.hash
    current = db.scalar(_FINGERPRINT)
    if current and current != tokens.fingerprint(config().secret_key):
        raise Unavailable
    highest = select(func.max(ENTRIES.c.seq)).where(in_chain(chain))
    return (db.scalar(highest) or 0) + 1, ""


def in_chain(chain: str) -> ColumnElement[bool]:
    """Return the SQL condition that selects the entries of a chain."""
    column = ENTRIES.c.organization_id
    return column.is_(None) if chain == PORTAL else column == chain


def _redactable(entry: Stored) -> bytes:
    return _canonical({name: entry[name] for name in _REDACTABLE})


def _mac(key: bytes, value: Any) -> str:
    return hmac.digest(key, _canonical(value), "sha256").hex()


def _canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
