"""Forgetting a person in the log, without breaking the chain: the deeds stay, the name and address go."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import RowMapping, String, bindparam, cast, func, or_, select

from app.base.events import Event
from app.models import User
from app.services.core import audit, audit_chain
from app.services.core.audit_chain import ENTRIES, PORTAL, Stored
from app.storage.database import db

# What an entry about a person tells of them; in other entries only their address is looked for.
_PERSONAL = {"email", "name", "image_url", "device"}
_DETAILS = ("before", "after")
_AMEND = ENTRIES.update().where(ENTRIES.c.id == bindparam("entry_id"))


@dataclass(frozen=True, slots=True)
class _Person:
    """Whom to forget: every address they had, their name, and what stands there instead."""

    id: str
    name: str
    addresses: frozenset[str]
    pseudonym: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds an address of theirs, but not as the end of a longer one."""
        known = "|".join(map(re.escape, sorted(self.addresses)))
        return re.compile(rf"(?<![\w.+-])(?:{known})(?![\w-]|\.\w)", re.IGNORECASE)


def pseudonym(user_id: str) -> str:
    """Return what stands in the log for somebody who was forgotten."""
    return f"forgotten-{user_id[-8:]}"


def redact(user: User) -> int:
    """Replace a person's address and name in all logs by a pseudonym; return in how many entries.

    The digest of what stood there stays, its salt goes, and what stands there now is sealed anew. Each log
    touched says so. Their identifier stays: it leads nowhere once the account is gone.
    """
    person = _Person(user.id, user.name, _addresses(user), pseudonym(user.id))
    touched: dict[str | None, int] = {}
    for entry in _candidates(person):
        if _amend(entry, person):
            chain = entry["organization_id"]
            touched[chain] = touched.get(chain, 0) + 1
    for chain, entries in sorted(touched.items(), key=lambda item: item[0] or PORTAL):
        audit.record(Event.PERSON_FORGOTTEN, None, user.id, organization_id=chain, after={"entries": entries})
    return sum(touched.values())


def _addresses(user: User) -> frozenset[str]:
    """Return every address the log knows somebody by, the earlier ones too."""
    found = db.execute(select(ENTRIES.c.before, ENTRIES.c.after).where(ENTRIES.c.target == user.id))
    known = {values.get("email") for row in found for values in row if values}
    return frozenset(
        {user.email, user.email_key} | {text for text in known if isinstance(text, str) and text}
    )


def _candidates(person: _Person) -> Iterable[RowMapping]:
    """Return the entries that may speak of somebody."""
    about = [ENTRIES.c.actor_id == person.id, ENTRIES.c.target == person.id]
    texts = [func.lower(ENTRIES.c.target), *(func.lower(cast(ENTRIES.c[name], String)) for name in _DETAILS)]
    needles = [orjson.dumps(address.lower()).decode()[1:-1] for address in person.addresses]
    holding = [text.contains(needle, autoescape=True) for text in texts for needle in needles]
    return db.execute(ENTRIES.select().where(or_(*about, *holding))).mappings().all()


def _amend(entry: Stored, person: _Person) -> bool:
    """Rewrite one entry; what was tampered with before stays visibly so."""
    about = person.id in {entry["target"], entry["actor_id"]}
    owned = entry["target"] == person.id or (about and entry["organization_id"] is None)
    names = ("target", *_DETAILS)
    forgotten = {name: _without(entry[name], person, about=about, owned=owned) for name in names}
    if all(forgotten[name] == entry[name] for name in names):
        return False

    key = audit_chain.key_of(entry["organization_id"] or PORTAL)
    seal = (
        audit_chain.amendment(key, {**entry, **forgotten})
        if audit_chain.commitment_matches(key, entry)
        else None
    )
    db.execute(_AMEND.values({**forgotten, "salt": None, "amendment": seal}), {"entry_id": entry["id"]})
    return True


def _without(value: Any, person: _Person, *, about: bool, owned: bool) -> Any:
    """Return a value without a person's address and, where it is about them, their name."""
    if isinstance(value, str):
        named = about and value == person.name and value != ""
        return person.pseudonym if named else person.pattern.sub(person.pseudonym, value)
    if isinstance(value, list):
        return [_without(item, person, about=about, owned=owned) for item in value]
    if isinstance(value, dict):
        return {
            name: person.pseudonym
            if owned and name in _PERSONAL and item
            else _without(item, person, about=about, owned=owned)
            for name, item in value.items()
        }
    return value
