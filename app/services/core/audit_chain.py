"""The chain: every audit entry seals the one before it, under a key of its organization's own.

The only place that writes `audit_entries` anew, and that knows what a hash covers.
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
"""The chain of what belongs to no organization."""

ENTRIES = cast("Table", AuditEntry.__table__)
CHAINS = cast("Table", AuditChain.__table__)

Stored = Mapping[Any, Any]
"""An entry: a dictionary, or a row by its columns' names."""

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
_FORGETTABLE = ("target", "before", "after")

# The tables themselves, not their classes: the session need not flush first, and nothing is tracked.
HEAD = select(CHAINS.c.seq, CHAINS.c.hash, CHAINS.c.seal).where(CHAINS.c.key == bindparam("chain"))
_HEAD_LOCKED = HEAD.with_for_update()
_BEGIN = text(
    "INSERT INTO audit_chains (key, seq, hash, seal) VALUES (:chain, 0, '', '') ON CONFLICT DO NOTHING"
)
_FINGERPRINT = select(PortalKey.fingerprint).order_by(PortalKey.number.desc()).limit(1)
_MOVE = CHAINS.update().where(CHAINS.c.key == bindparam("chain"))


def append(entry: dict[str, Any]) -> None:
    """Add an entry behind the newest of its chain, which stays locked until the transaction ends."""
    chain = entry["organization_id"] or PORTAL
    key = key_of(chain)
    entry["seq"], entry["previous_hash"] = _next_place(chain, key)
    entry["salt"] = chance.token_hex(16)
    entry["commitment"] = commitment(entry)
    entry["hash"] = sealed(key, entry)

    db.execute(ENTRIES.insert(), entry)
    head = {"seq": entry["seq"], "hash": entry["hash"], "seal": head_seal(key, entry["seq"], entry["hash"])}
    db.execute(_MOVE.values(head), {"chain": chain})


def lock_head(chain: str) -> AnyRow:
    """Lock a chain and return its head; a new one begins at 0."""
    head = db.execute(_HEAD_LOCKED, {"chain": chain}).first()
    if head is None:
        db.execute(_BEGIN, {"chain": chain})
        head = db.execute(_HEAD_LOCKED, {"chain": chain}).one()
    return head


def key_of(chain: str) -> bytes:
    """Return the key that seals a chain."""
    return tokens.chain_key(config().secret_key, chain)


def newest(count: int) -> Any:
    """Return the statement that reads the newest entries of all chains, with what `fits` needs of them."""
    columns = (ENTRIES.c.hash, *(ENTRIES.c[name] for name in _SEALED))
    return select(*columns).order_by(ENTRIES.c.id.desc()).limit(count)


def sealed_by(secret_key: str, entry: Stored) -> bool:
    """Tell whether a secret key sealed an entry."""
    key = tokens.chain_key(secret_key, entry["organization_id"] or PORTAL)
    return seals_equal(entry["hash"], sealed(key, entry))


def sealed(key: bytes, entry: Stored) -> str:
    """Return the hash of an entry: of all that is never forgotten, and of the hash before it."""
    return _mac(key, {name: entry[name] for name in _SEALED})


def commitment(entry: Stored) -> str:
    """Return the digest that holds an entry to what may be forgotten; the salt makes it unguessable."""
    return hashlib.sha256(bytes.fromhex(entry["salt"]) + _forgettable(entry)).hexdigest()


def amendment(key: bytes, entry: Stored) -> str:
    """Return the seal of what stands in an entry after something in it was forgotten."""
    return _mac(key, ["amended", entry["hash"], _forgettable(entry).decode()])


def commitment_matches(key: bytes, entry: Stored) -> bool:
    """Tell whether what may be forgotten is what was recorded, or what a forgetting left."""
    if entry["salt"]:
        return seals_equal(entry["commitment"], commitment(entry))
    return seals_equal(entry["amendment"], amendment(key, entry))


def head_seal(key: bytes, seq: int, hash_: str) -> str:
    """Return the seal of a head, which nobody without the key can set back."""
    return _mac(key, ["head", seq, hash_])


def seals_equal(one: str | None, other: str) -> bool:
    """Compare two seals."""
    return hmac.compare_digest(one or "", other)


def _next_place(chain: str, key: bytes) -> tuple[int, str]:
    """Return where the next entry stands, and the hash it follows.

    Raises `Unavailable` in a process whose secret key was replaced meanwhile. Behind a head that was tampered
    with, the chain goes on, but visibly broken: refusing every further change would let the attacker
    switch the organization off.
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
    """Return the condition of the entries of a chain."""
    column = ENTRIES.c.organization_id
    return column.is_(None) if chain == PORTAL else column == chain


def _forgettable(entry: Stored) -> bytes:
    return _canonical({name: entry[name] for name in _FORGETTABLE})


def _mac(key: bytes, value: Any) -> str:
    return hmac.digest(key, _canonical(value), "sha256").hex()


def _canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
