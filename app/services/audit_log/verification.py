"""Checking the chains: is every entry what and where it was, from the first to the head or a checkpoint."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy import select

from app.base import clock, tokens
from app.base.errors import DomainError, InvalidInput, NotFound
from app.models import Organization, User
from app.services.audit_log.chain_walk import Walk
from app.services.core import audit_chain
from app.services.core.audit_chain import CHAINS, ENTRIES, PORTAL
from app.services.installation import secret_key_fingerprint
from app.storage.database import config, db

MOST_NAMED = 100
"""The breaks of one chain that are named; a chain with more is broken throughout."""
_PARTS = 4


class Broken(DomainError):
    """A chain is not what it was; the text names the first break."""


@dataclass(slots=True)
class Report:
    """What a check found: how much it walked, and each break in words."""

    entries: int = 0
    chains: int = 0
    breaks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a chain reached at some time; kept elsewhere, it shows an end cut off with its head."""

    seq: int
    hash: str
    at: datetime | None
    chain: str

    def written(self) -> str:
        """Return the line that `read_checkpoints` reads."""
        return f"{self.seq} {self.hash} {clock.rfc3339(self.at) if self.at else '-'} {self.chain}"


def verify(chain: str | None = None) -> tuple[int, int]:
    """Return how many entries and chains there are; raise `Broken`, which names the first break, if any."""
    report = inspect_chains(chain)
    if report.breaks:
        more = f" ({len(report.breaks) - 1} more)" if len(report.breaks) > 1 else ""
        raise Broken(report.breaks[0] + more)
    return report.entries, report.chains


def inspect_chains(chain: str | None = None, checkpoints: list[Checkpoint] | None = None) -> Report:
    """Walk one chain or all, to the end of each whatever is found; return what was found."""
    earlier = [point for point in checkpoints or [] if chain in {None, point.chain}]
    names = [chain] if chain else sorted(_names() | {point.chain for point in earlier})
    report = Report(chains=len(names))
    ring = [config().secret_key, *secret_key_fingerprint.earlier()]
    for name in names:
        walk = Walk(name, [tokens.chain_key(key, name) for key in ring])
        known = {point.seq: point.hash for point in earlier if point.chain == name}
        report.breaks += islice(walk.breaks(known), MOST_NAMED)
        report.entries += walk.length
    return report


def checkpoints(chain: str | None = None) -> list[Checkpoint]:
    """Return how far the chains reach now."""
    heads = select(CHAINS.c.key, CHAINS.c.seq, CHAINS.c.hash).order_by(CHAINS.c.key)
    found = db.execute(heads if chain is None else heads.where(CHAINS.c.key == chain)).all()
    if chain and not found:
        raise NotFound(f"There is no audit log of {chain}")
    return [Checkpoint(head.seq, head.hash, _moment(head.key, head.seq), head.key) for head in found]


def read_checkpoints(text: str, chain: str | None = None) -> list[Checkpoint]:
    """Read lines of `sequence hash time chain`; the chain may be left out if one was asked for."""
    return [_read(line.split(), chain) for line in text.splitlines() if line.strip()]


def _read(parts: list[str], chain: str | None) -> Checkpoint:
    named = parts[_PARTS - 1] if len(parts) == _PARTS else chain
    if len(parts) not in {_PARTS - 1, _PARTS} or not parts[0].isdigit() or named is None:
        raise InvalidInput("A checkpoint is a line of: sequence hash time chain")
    return Checkpoint(int(parts[0]), parts[1], None, named)


def _names() -> set[str]:
    """Return the chains there are, and those there must be: a log that is gone altogether is missed too."""
    names = set(db.scalars(select(CHAINS.c.key))) | set(db.scalars(select(Organization.id)))
    names |= {found or PORTAL for found in db.scalars(select(ENTRIES.c.organization_id).distinct())}
    has_users = db.execute(select(User.id).limit(1)).first() is not None
    return names | {PORTAL} if has_users else names


def _moment(chain: str, seq: int) -> datetime | None:
    at = select(ENTRIES.c.at).where(audit_chain.in_chain(chain), ENTRIES.c.seq == seq)
    return db.scalar(at)
