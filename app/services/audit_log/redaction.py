"""Redact a person's name and address in the audit log without breaking its chains. The entries stay."""

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

# Personal fields of entries about a person. In other entries only the person's addresses are redacted.
_PERSONAL = {"email", "name", "image_url", "device"}
_DETAILS = ("before", "after")
_AMEND = ENTRIES.update().where(ENTRIES.c.id == bindparam("entry_id"))


@dataclass(frozen=True, slots=True)
class _Person:
    """The person to redact: every address they had, their name, and the pseudonym that replaces both."""

    id: str
    name: str
    addresses: frozenset[str]
    pseudonym: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """A pattern that matches their addresses, but not as part of a longer one."""
        alternatives = "|".join(map(re.escape, sorted(self.addresses)))
        return re.compile(rf"(?<![\w.+-])(?:{alternatives})(?![\w-]|\.\w)", re.IGNORECASE)


def pseudonym(user_id: str) -> str:
    """Return the pseudonym that replaces a redacted person in the log."""
    return f"forgotten-{user_id[-8:]}"


def redact(user: User) -> int:
    """Replace a person's addresses and name in all logs with a pseudonym; return in how many entries.

    An entry keeps the digest of its original text but loses the salt, and its new text is sealed. Each log
    that changed gets an entry about it. The identifier stays, since it refers to no one after the erasure.
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
    """Return every address of the user in the log, including earlier ones."""
    details = db.execute(select(ENTRIES.c.before, ENTRIES.c.after).where(ENTRIES.c.target == user.id))
    addresses = {values.get("email") for row in details for values in row if values}
    return frozenset(
        {user.email, user.email_key} | {text for text in addresses if isinstance(text, str) and text}
    )


def _candidates(person: _Person) -> Iterable[RowMapping]:
    """Return the entries that may name the person."""
    about = [ENTRIES.c.actor_id == person.id, ENTRIES.c.target == person.id]
    texts = [func.lower(ENTRIES.c.target), *(func.lower(cast(ENTRIES.c[name], String)) for name in _DETAILS)]
    needles = [orjson.dumps(address.lower()).decode()[1:-1] for address in person.addresses]
    mentions = [text.contains(needle, autoescape=True) for text in texts for needle in needles]
    return db.execute(ENTRIES.select().where(or_(*about, *mentions))).mappings().all()


def _amend(entry: Stored, person: _Person) -> bool:
    """Redact one entry; return whether it changed. An entry that was tampered with stays visibly broken."""
    about = person.id in {entry["target"], entry["actor_id"]}
    owned = entry["target"] == person.id or (about and entry["organization_id"] is None)
    names = ("target", *_DETAILS)
    redacted = {name: _without(entry[name], person, about=about, owned=owned) for name in names}
    if all(redacted[name] == entry[name] for name in names):
        return False

    key = audit_chain.key_of(entry["organization_id"] or PORTAL)
    seal = (
        audit_chain.amendment(key, {**entry, **redacted})
        if audit_chain.commitment_matches(key, entry)
        else None
    )
    db.execute(_AMEND.values({**redacted, "salt": None, "amendment": seal}), {"entry_id": entry["id"]})
    return True


def _without(value: Any, person: _Person, *, about: bool, owned: bool) -> Any:
    """Return a value without a person's addresses and, if the entry is about them, without their name."""
    if isinstance(value, str):
        is_name = about and value == person.name and value != ""
        return person.pseudonym if is_name else person.pattern.sub(person.pseudonym, value)
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
