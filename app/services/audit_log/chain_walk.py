"""Walk an audit chain from its first entry to its head, and describe every break."""

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
    """The state of a walk. `keys` are the chain's keys, the current one first.

    `shift` is by how many places the entries from here on have moved since one was inserted or deleted.
    `sound` is whether the last entry was intact, so that the next one must follow it.
    """

    chain: str
    keys: list[bytes]
    length: int = 0
    shift: int = 0
    last: Stored | None = None
    sound: bool = True

    def breaks(self, checkpoints: dict[int, str]) -> Iterator[str]:
        """Yield a description of each break. `checkpoints` maps sequence numbers to hashes."""
        head = db.execute(audit_chain.HEAD, {"chain": self.chain}).first()
        if head is None:
            yield f"{self.chain}: the log or its head is missing"
            return
        self.length = head.seq
        remaining = dict(checkpoints)
        for entry in entries(self.chain):
            if entry["seq"] - self.shift > head.seq:
                break
            break_found = self._break_at(entry, head)
            if break_found:
                yield f"{self.chain}: {break_found}"
            point = remaining.pop(entry["seq"], None)
            if point and point != entry["hash"]:
                yield f"{self.chain}: {_name(entry)} differs from the checkpoint: the log was rewritten"
        missed = min(remaining, default=0)
        yield from (f"{self.chain}: {break_found}" for break_found in self._breaks_at_end(head, missed))

    def _break_at(self, entry: Stored, head: AnyRow) -> str | None:
        """Check one entry and step onto it; return what is wrong with it, if anything."""
        place = self._place()
        if self._sealed_at(entry, entry["seq"] - self.shift):
            found = self._misplaced(entry, place)
        elif self._sealed_at(entry, place):
            self.shift, found = entry["seq"] - place, None  # it moved because of an earlier break
        else:
            found = f"{_name(entry)}: {self._what_happened(entry, place, head)}"
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
            return f"{_name(entry)} does not follow the one before it: entries between were deleted"
        return None if audit_chain.commitment_matches(self.keys[0], entry) else f"{_name(entry)}: edited"

    def _what_happened(self, entry: Stored, place: int, head: AnyRow) -> str:
        """Return what happened to an entry whose hash is wrong, judging by where it and others would fit."""
        if entry["seq"] - self.shift != place:
            return "inserted"
        stored = list(entries(self.chain))
        right = self._right_place(entry, max(head.seq, len(stored)) + 1)
        if right is not None:
            if any(self._sealed_at(other, place) for other in stored):
                return "reordered"
            self.shift = entry["seq"] - right
            return f"moved up, entry {place} was deleted"
        next_entry = next((other for other in stored if other["seq"] > entry["seq"]), None)
        if next_entry is None:
            return "edited" if entry["hash"] == head.hash else "inserted"
        return "inserted" if self._sealed_at(next_entry, place) else "edited"

    def _breaks_at_end(self, head: AnyRow, missed: int) -> Iterator[str]:
        reached = self._place() - 1
        if reached < head.seq:
            yield f"entry {reached + 1} is missing, the head is at {head.seq}: truncated"
        elif missed:
            yield f"entry {head.seq + 1} is missing, the checkpoint is at {missed}: truncated"
        elif not self._fits_head(head):
            yield f"the head was set back to entry {head.seq}: truncated after it"
        else:
            yield from self._inserted_after_head()

    def _fits_head(self, head: AnyRow) -> bool:
        seal = audit_chain.head_seal(self.keys[0], head.seq, head.hash)
        last = self.last["hash"] if self.last else None
        return last == head.hash and audit_chain.seals_equal(head.seal, seal)

    def _inserted_after_head(self) -> Iterator[str]:
        """Yield a break for an entry after the head. One statement, because others may be appending."""
        head = select(CHAINS.c.seq).where(CHAINS.c.key == self.chain).scalar_subquery()
        after = select(func.min(ENTRIES.c.seq)).where(
            audit_chain.in_chain(self.chain), ENTRIES.c.seq > head + self.shift
        )
        seq = db.scalar(after)
        if seq is not None:
            yield f"entry {seq} comes after the head: inserted"

    def _place(self) -> int:
        """Return the place where the next entry belongs."""
        return int(self.last["seq"]) - self.shift + 1 if self.last else 1

    def _sealed_at(self, entry: Stored, place: int) -> bool:
        moved = {**entry, "seq": place}
        return any(
            audit_chain.seals_equal(entry["hash"], audit_chain.sealed(key, moved)) for key in self.keys
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
        after = tuple_(*order) > tuple_(last["seq"], last["id"])
        rows = db.execute(statement.where(after)).mappings().all()


def _name(entry: Stored) -> str:
    """Return a description of an entry: its sequence number, identifier, action and time."""
    at = clock.rfc3339(entry["at"])
    return f"entry {entry['seq']} ({entry['id']}, {entry['action']}, {at})"
