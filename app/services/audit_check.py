"""Checking the chains: is every entry what and where it was, from the first to the head or a checkpoint."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_

from app import clock
from app.database import AnyRow, session
from app.errors import DomainError, InvalidInput, NotFound
from app.models import Organization, User
from app.services import audit_chain
from app.services.audit_chain import CHAINS, ENTRIES, PORTAL, Stored

_BATCH = 1000
_PARTS = 4


class Broken(DomainError):
    """A chain is not what it was; the text names the first entry at which that shows."""


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


def verify(chain: str | None = None, checkpoints: list[Checkpoint] | None = None) -> tuple[int, int]:
    """Return how many entries and chains are whole, or raise at the first entry that is not."""
    earlier = [point for point in checkpoints or [] if chain in {None, point.chain}]
    names = [chain] if chain else sorted(_names() | {point.chain for point in earlier})
    counted = [_verified(name, [point for point in earlier if point.chain == name]) for name in names]
    return sum(counted), len(names)


def checkpoints(chain: str | None = None) -> list[Checkpoint]:
    """Return how far the chains reach now."""
    heads = select(CHAINS.c.key, CHAINS.c.seq, CHAINS.c.hash).order_by(CHAINS.c.key)
    found = session.execute(heads if chain is None else heads.where(CHAINS.c.key == chain)).all()
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
    names = set(session.scalars(select(CHAINS.c.key))) | set(session.scalars(select(Organization.id)))
    names |= {found or PORTAL for found in session.scalars(select(ENTRIES.c.organization_id).distinct())}
    has_users = session.execute(select(User.id).limit(1)).first() is not None
    return names | {PORTAL} if has_users else names


def _verified(chain: str, earlier: list[Checkpoint]) -> int:
    """Walk one chain; return its length."""
    key = audit_chain.key_of(chain)
    head = session.execute(audit_chain.HEAD, {"chain": chain}).first()
    if head is None:
        raise Broken(f"{chain}: the log is missing, or its head is")
    awaited = {point.seq: point for point in earlier}
    last: Stored | None = None
    for entry in _entries(chain, head.seq):
        _check(chain, key, entry, last)
        point = awaited.pop(entry["seq"], None)
        if point and point.hash != entry["hash"]:
            raise Broken(f"{_told(chain, entry)} is not the one of the checkpoint: the log was rewritten")
        last = entry
    _check_end(chain, key, head, last)
    for seq in awaited:
        raise Broken(f"{chain}: entry {head.seq + 1} is missing, the checkpoint knew {seq}: truncated")
    _check_nothing_behind(chain)
    return int(head.seq)


def _check(chain: str, key: bytes, entry: Stored, last: Stored | None) -> None:
    place = last["seq"] + 1 if last else 1
    if entry["seq"] != place and audit_chain.same(entry["hash"], audit_chain.sealed(key, entry)):
        raise Broken(f"{chain}: entry {place} is missing: deleted")
    if not audit_chain.same(entry["hash"], audit_chain.sealed(key, entry)):
        raise Broken(f"{_told(chain, entry)}: {_what_happened(chain, key, entry, place)}")
    if entry["previous_hash"] != (last["hash"] if last else ""):
        raise Broken(f"{_told(chain, entry)} does not follow the one before it: entries between were deleted")
    if not audit_chain.holds(key, entry):
        raise Broken(f"{_told(chain, entry)}: edited")


def _what_happened(chain: str, key: bytes, entry: Stored, place: int) -> str:
    """Name what was done to an entry whose hash is wrong: look where it and its neighbours would be right."""
    if entry["seq"] != place:
        return "inserted"
    entries = list(_entries(chain))
    head = session.execute(audit_chain.HEAD, {"chain": chain}).one()
    if _right_at(key, entry, *range(1, max(head.seq, len(entries)) + 2)):
        elsewhere = any(_right_at(key, other, place) for other in entries)
        return "reordered" if elsewhere else f"moved up, entry {place} was deleted"
    following = next((other for other in entries if other["seq"] > place), None)
    if following is None:
        return "edited" if entry["hash"] == head.hash else "inserted"
    return "inserted" if _right_at(key, following, following["seq"] - 1) else "edited"


def _right_at(key: bytes, entry: Stored, *places: int) -> bool:
    """Tell whether an entry would be right at one of some places."""
    moved = ({**entry, "seq": place} for place in places)
    return any(audit_chain.same(entry["hash"], audit_chain.sealed(key, there)) for there in moved)


def _check_end(chain: str, key: bytes, head: AnyRow, last: Stored | None) -> None:
    reached = last["seq"] if last else 0
    if reached < head.seq:
        raise Broken(f"{chain}: entry {reached + 1} is missing, the head knows {head.seq}: truncated")
    sealed = audit_chain.same(head.seal, audit_chain.head_seal(key, head.seq, head.hash))
    if last is None or last["hash"] != head.hash or not sealed:
        raise Broken(f"{chain}: the head was set back to entry {head.seq}: truncated behind it")


def _check_nothing_behind(chain: str) -> None:
    """Refuse entries behind the head; one statement, since others may be appending."""
    head = select(CHAINS.c.seq).where(CHAINS.c.key == chain).scalar_subquery()
    behind = select(func.min(ENTRIES.c.seq)).where(audit_chain.of_chain(chain), ENTRIES.c.seq > head)
    found = session.scalar(behind)
    if found is not None:
        raise Broken(f"{chain}: entry {found} stands behind the head: inserted")


def _entries(chain: str, until: int | None = None) -> Iterator[Stored]:
    """Yield the entries of a chain in order, in batches."""
    order = (ENTRIES.c.seq, ENTRIES.c.id)
    ordered = ENTRIES.select().where(audit_chain.of_chain(chain)).order_by(*order).limit(_BATCH)
    statement = ordered if until is None else ordered.where(ENTRIES.c.seq <= until)
    rows: Sequence[Stored] = session.execute(statement).mappings().all()
    while rows:
        yield from rows
        last = rows[-1]
        behind = tuple_(*order) > tuple_(last["seq"], last["id"])
        rows = session.execute(statement.where(behind)).mappings().all()


def _moment(chain: str, seq: int) -> datetime | None:
    at = select(ENTRIES.c.at).where(audit_chain.of_chain(chain), ENTRIES.c.seq == seq)
    return session.scalar(at)


def _told(chain: str, entry: Stored) -> str:
    """Name an entry: its chain, place and identifier, what it records and when."""
    at = clock.rfc3339(entry["at"])
    return f"{chain}: entry {entry['seq']} ({entry['id']}, {entry['action']}, {at})"
