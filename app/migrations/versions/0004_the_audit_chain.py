"""the audit chain.

The entries that are there already are chained here and nowhere else: a program that adopted unchained
rows whenever it starts would adopt forged ones too. The hashes are those of
`app/services/core/audit_chain.py` as they were when this was written; history does not change with
the program.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa
import uuid6
from alembic import context, op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BATCH = 1000
_SHARED: dict[str, tuple[Any, bool]] = {
    "at": (sa.DateTime(), False),
    "organization_id": (sa.String(length=40), True),
    "actor_id": (sa.String(length=40), True),
    "credential_id": (sa.String(length=40), True),
    "action": (sa.String(length=255), False),
    "target": (sa.String(length=255), False),
    "before": (sa.JSON(none_as_null=True), True),
    "after": (sa.JSON(none_as_null=True), True),
    "request_id": (sa.String(length=64), True),
}
_SEALED = (
    *("id", "at", "organization_id", "actor_id", "credential_id", "action", "outcome", "request_id"),
    *("seq", "previous_hash", "commitment"),
)


def upgrade() -> None:
    """Go forward."""
    kept = _set_aside("id")
    op.drop_index(op.f("ix_audit_entries_organization_id_id"), "audit_entries")
    op.drop_table("audit_entries")
    entries = _create_entries()
    chains = op.create_table(
        "audit_chains",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_audit_chains")),
    )

    heads: dict[str, tuple[int, str]] = {}
    for rows in _batches(kept, "id"):
        op.get_bind().execute(entries.insert(), [_chained(row, heads) for row in rows])
    for chain, (seq, hash_) in heads.items():
        seal = _mac(_key(chain), ["head", seq, hash_])
        op.get_bind().execute(chains.insert(), {"key": chain, "seq": seq, "hash": hash_, "seal": seal})
    op.drop_table("kept_entries")


def downgrade() -> None:
    """Go back; the chain is lost, and with it the refused attempts."""
    op.get_bind().execute(sa.text("DELETE FROM audit_entries WHERE outcome <> 'done'"))
    kept = _set_aside("id", sa.String(length=40))
    op.drop_table("audit_chains")
    op.drop_index(op.f("ix_audit_entries_organization_id_seq"), "audit_entries")
    op.drop_index(op.f("ix_audit_entries_organization_id_at"), "audit_entries")
    op.drop_index(op.f("ix_audit_entries_organization_id_actor_id_seq"), "audit_entries")
    op.drop_table("audit_entries")
    entries = op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        *_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_organization_id_id"), "audit_entries", ["organization_id", "id"])
    for rows in _batches(kept, "at", "id"):
        op.get_bind().execute(entries.insert(), [{name: row[name] for name in _SHARED} for row in rows])
    op.drop_table("kept_entries")


def _create_entries() -> sa.Table:
    entries = op.create_table(
        "audit_entries",
        sa.Column("id", sa.String(length=40), nullable=False),
        *_columns(),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("amendment", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    order = ["organization_id", "seq"]
    op.create_index(op.f("ix_audit_entries_organization_id_seq"), "audit_entries", order, unique=True)
    op.create_index(op.f("ix_audit_entries_organization_id_at"), "audit_entries", ["organization_id", "at"])
    by_actor = ["organization_id", "actor_id", "seq"]
    op.create_index(op.f("ix_audit_entries_organization_id_actor_id_seq"), "audit_entries", by_actor)
    return entries


def _columns() -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name, (kind, nullable) in _SHARED.items()]


def _set_aside(name: str, kind: Any = None) -> sa.TableClause:
    """Copy the entries to a table without constraints, whose names the new table needs."""
    op.get_bind().execute(sa.text("CREATE TABLE kept_entries AS SELECT * FROM audit_entries"))
    shared: list[Any] = [sa.column(name, kind) for name, (kind, _) in _SHARED.items()]
    return sa.table("kept_entries", sa.column(name, kind or sa.Integer()), *shared)


def _batches(kept: sa.TableClause, *order: str) -> Iterator[list[dict[str, Any]]]:
    found = op.get_bind().execute(sa.select(kept).order_by(*(kept.c[name] for name in order)))
    for rows in found.mappings().partitions(_BATCH):
        yield [dict(row) for row in rows]


def _chained(row: dict[str, Any], heads: dict[str, tuple[int, str]]) -> dict[str, Any]:
    chain = row["organization_id"] or "portal"
    seq, previous = heads.get(chain, (0, ""))
    salt = secrets.token_bytes(16)
    forgettable = {name: row[name] for name in ("target", "before", "after")}
    entry = {
        **row,
        "id": f"entry_{uuid6.uuid7().hex}",
        "outcome": "done",
        "seq": seq + 1,
        "previous_hash": previous,
        "salt": salt.hex(),
        "commitment": hashlib.sha256(salt + _canonical(forgettable)).hexdigest(),
        "amendment": None,
    }
    entry["hash"] = _mac(_key(chain), {name: entry[name] for name in _SEALED})
    heads[chain] = (entry["seq"], entry["hash"])
    return entry


def _key(chain: str) -> bytes:
    secret_key = context.config.attributes["secret_key"]
    if not secret_key:
        raise RuntimeError("chaining the audit entries needs the portal's secret key")
    return hmac.digest(secret_key.encode(), f"audit chain {chain}".encode(), "sha256")


def _mac(key: bytes, value: Any) -> str:
    return hmac.digest(key, _canonical(value), "sha256").hex()


def _canonical(value: Any) -> bytes:
    """Write as the chain does; the moments here have no zone yet, and are UTC."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NAIVE_UTC)
