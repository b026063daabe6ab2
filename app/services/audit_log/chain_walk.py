"""A walk along one chain of the audit log, from its first entry to its head, that names every break."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_

from app.base import clock
from app.services.core import audit_chain
from app.services.core.audit_chain import CHAINS, ENTRIES, Stored
from app.storage.database import AnyRow, db

_BATCH = 1000


@dataclass(slots=True)
class Walk:
    """How far the walk came: `keys` are the chain's keys, the one in use first.

    `shift` is by how many places the entries from here on are moved, behind one that was inserted or deleted.
    `sound` is whether the last entry was right, so that the next one must follow it.
    """

    chain: str
    keys: list[bytes]
    length: int = 0
    shift: int = 0
    last: Stored | None = None
    sound: bool = True

    def breaks(self, checkpoints: dict[int, str]) -> Iterator[str]:
        """Yield each break in words; `checkpoints` are hashes by their sequence."""
        head = db.execute(audit_chain.HEAD, {"chain": self.chain}).first()
        if head is None:
            yield f"{self.chain}: the log is missing, or its head is"
            return
        self.length = head.seq
        awaited = dict(checkpoints)
        for entry in entries(self.chain):
            if entry["seq"] - self.shift > head.seq:
                break
            found = self._break_at(entry, head)
            if found:
                yield f"{self.chain}: {found}"
            point = awaited.pop(entry["seq"], None)
            if point and point != entry["hash"]:
                told = _told(entry)
                yield f"{self.chain}: {told} is not the one of the checkpoint: the log was rewritten"
        yield from (f"{self.chain}: {found}" for found in self._breaks_at_end(head, min(awaited, default=0)))

    def _break_at(self, entry: Stored, head: AnyRow) -> str | None:
        """Judge one entry, and step onto it; return what is wrong with it."""
        place = self._place()
        if self._sealed_at(entry, entry["seq"] - self.shift):
            found = self._misplaced(entry, place)
        elif self._sealed_at(entry, place):
            self.shift, found = entry["seq"] - place, None  # moved by what was named before
        else:
            found = f"{_told(entry)}: {self._what_happened(entry, place, head)}"
        if found is None or not found.endswith("inserted"):
            self.last, self.sound = entry, found is None
        return found

    def _misplaced(self, entry: Stored, place: int) -> str | None:
        seq = entry["seq"] - self.shift
        if seq > place:
            missing = f"entry {place} is" if seq == place + 1 else f"entries {place} to {seq - 1} are"
            return f"{missing} missing: deleted"
        before = self.last["hash"] if self.last else ""
        if self.sound and entry["previous_hash"] != before:
            return f"{_told(entry)} does not follow the one before it: entries between were deleted"
        return None if audit_chain.commitment_matches(self.keys[0], entry) else f"{_told(entry)}: edited"

    def _what_happened(self, entry: Stored, place: int, head: AnyRow) -> str:
        """Name what was done to an entry whose hash is wrong: find where it and its neighbours would fit."""
        if entry["seq"] - self.shift != place:
            return "inserted"
        stored = list(entries(self.chain))
        right = self._right_place(entry, max(head.seq, len(stored)) + 1)
        if right is not None:
            if any(self._sealed_at(other, place) for other in stored):
                return "reordered"
            self.shift = entry["seq"] - right
            return f"moved up, entry {place} was deleted"
        following = next((other for other in stored if other["seq"] > entry["seq"]), None)
        if following is None:
            return "edited" if entry["hash"] == head.hash else "inserted"
        return "inserted" if self._sealed_at(following, place) else "edited"

    def _breaks_at_end(self, head: AnyRow, awaited: int) -> Iterator[str]:
        reached = self._place() - 1
        if reached < head.seq:
            yield f"entry {reached + 1} is missing, the head knows {head.seq}: truncated"
        elif awaited:
            yield f"entry {head.seq + 1} is missing, the checkpoint knew {awaited}: truncated"
        elif not self._fits_head(head):
            yield f"the head was set back to entry {head.seq}: truncated behind it"
        else:
            yield from self._inserted_behind()

    def _fits_head(self, head: AnyRow) -> bool:
        seal = audit_chain.head_seal(self.keys[0], head.seq, head.hash)
        last = self.last["hash"] if self.last else None
        return last == head.hash and audit_chain.seals_equal(head.seal, seal)

    def _inserted_behind(self) -> Iterator[str]:
        """Name an entry behind the head; one statement, since others may be appending."""
        head = select(CHAINS.c.seq).where(CHAINS.c.key == self.chain).scalar_subquery()
        behind = select(func.min(ENTRIES.c.seq)).where(
            audit_chain.in_chain(self.chain), ENTRIES.c.seq > head + self.shift
        )
        found = db.scalar(behind)
        if found is not None:
            yield f"entry {found} stands behind the head: inserted"

    def _place(self) -> int:
        """Return the place at which the next entry belongs."""
        return int(self.last["seq"]) - self.shift + 1 if self.last else 1

    def _sealed_at(self, entry: Stored, place: int) -> bool:
        there = {**entry, "seq": place}
        return any(
            audit_chain.seals_equal(entry["hash"], audit_chain.sealed(key, there)) for key in self.keys
        )

    def _right_place(self, entry: Stored, most: int) -> int | None:
        return next((place for place in range(1, most + 1) if self._sealed_at(entry, place)), None)


def entries(chain: str) -> Iterator[Stored]:
    """Yield the entries of a chain in order, in batches."""
    order = (ENTRIES.c.seq, ENTRIES.c.id)
    statement = ENTRIES.select().where(audit_chain.in_chain(chain)).order_by(*order).limit(_BATCH)
    rows: Sequence[Stored] = db.execute(statement).mappings().all()
    while rows:
        yield from rows
        last = rows[-1]
        behind = tuple_(*order) > tuple_(last["seq"], last["id"])
        rows = db.execute(statement.where(behind)).mappings().all()


def _told(entry: Stored) -> str:
    """Name an entry: its place and identifier, what it records and when."""
    at = clock.rfc3339(entry["at"])
    return f"entry {entry['seq']} ({entry['id']}, {entry['action']}, {at})"
