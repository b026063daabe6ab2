"""Verify that no entry of an audit chain was changed, moved or removed, up to its head or a checkpoint."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy import select

from app.base import clock, tokens
from app.base.errors import OperatorError
from app.models import Organization, User
from app.services.audit_log.chain_walk import Walk
from app.services.core import audit_chain
from app.services.core.audit_chain import CHAINS, ENTRIES, PORTAL
from app.services.installation import secret_key_fingerprint
from app.storage.database import config, db

MOST_NAMED = 100
"""The maximum number of breaks that are reported for one chain."""
_PARTS = 4


class Broken(OperatorError):
    """An audit chain is broken. The text describes the first break."""


@dataclass(slots=True)
class Report:
    """The result of a verification: how many entries and chains were checked, and each break in words."""

    entries: int = 0
    chains: int = 0
    breaks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a chain at some time. Kept elsewhere, it reveals a truncation of the chain and its head."""

    seq: int
    hash: str
    at: datetime | None
    chain: str

    def written(self) -> str:
        """Return the line that `read_checkpoints` reads."""
        return f"{self.seq} {self.hash} {clock.rfc3339(self.at) if self.at else '-'} {self.chain}"


def verify(chain: str | None = None) -> tuple[int, int]:
    """Return the number of entries and chains. Raises `Broken` at the first break."""
    report = inspect_chains(chain)
    if report.breaks:
        more = f" ({len(report.breaks) - 1} more)" if len(report.breaks) > 1 else ""
        raise Broken(report.breaks[0] + more)
    return report.entries, report.chains


def inspect_chains(chain: str | None = None, checkpoints: list[Checkpoint] | None = None) -> Report:
    """Walk one chain, or all of them, to the end, and return the report."""
    earlier = [point for point in checkpoints or [] if chain in {None, point.chain}]
    names = [chain] if chain else sorted(_names() | {point.chain for point in earlier})
    report = Report(chains=len(names))
    secret_keys = [config().secret_key, *secret_key_fingerprint.earlier()]
    for name in names:
        walk = Walk(name, [tokens.chain_key(key, name) for key in secret_keys])
        hashes = {point.seq: point.hash for point in earlier if point.chain == name}
        report.breaks += islice(walk.breaks(hashes), MOST_NAMED)
        report.entries += walk.length
    return report


def checkpoints(chain: str | None = None) -> list[Checkpoint]:
    """Return checkpoints of one chain, or of all of them. Raises `OperatorError` for an unknown chain."""
    heads = select(CHAINS.c.key, CHAINS.c.seq, CHAINS.c.hash).order_by(CHAINS.c.key)
    rows = db.execute(heads if chain is None else heads.where(CHAINS.c.key == chain)).all()
    if chain and not rows:
        raise OperatorError(f"There is no audit log of {chain}")
    return [Checkpoint(head.seq, head.hash, _time(head.key, head.seq), head.key) for head in rows]


def read_checkpoints(text: str, chain: str | None = None) -> list[Checkpoint]:
    """Read lines of `sequence hash time chain`; the chain may be left out if `chain` is given.

    Raises `OperatorError` for other lines.
    """
    return [_read(line.split(), chain) for line in text.splitlines() if line.strip()]


def _read(parts: list[str], chain: str | None) -> Checkpoint:
    name = parts[_PARTS - 1] if len(parts) == _PARTS else chain
    if len(parts) not in {_PARTS - 1, _PARTS} or not parts[0].isdigit() or name is None:
        raise OperatorError("A checkpoint is a line of: sequence hash time chain")
    return Checkpoint(int(parts[0]), parts[1], None, name)


def _names() -> set[str]:
    """Return all chains that exist or must exist, so that a log that was removed completely is noticed."""
    names = set(db.scalars(select(CHAINS.c.key))) | set(db.scalars(select(Organization.id)))
    names |= {found or PORTAL for found in db.scalars(select(ENTRIES.c.organization_id).distinct())}
    has_users = db.execute(select(User.id).limit(1)).first() is not None
    return names | {PORTAL} if has_users else names


def _time(chain: str, seq: int) -> datetime | None:
    at = select(ENTRIES.c.at).where(audit_chain.in_chain(chain), ENTRIES.c.seq == seq)
    return db.scalar(at)
