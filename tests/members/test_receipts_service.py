"""Redacting receipts: the database filters them, so that few are read under the write lock."""

import json

import pytest
from sqlalchemy import event, select, text

from app.base import clock
from app.models import Receipt, User
from app.services.members import receipts

PSEUDONYM = "gone@erased.invalid"
ADDRESSES = [
    "charlie@crew.test",
    "o'neill@crew.test",
    '"quoted here"@crew.test',
    "back\\slash@crew.test",
    "100%_of/it@crew.test",
    "jürgen@bücher.test",
    "😀@crew.test",
]


@pytest.fixture
def loaded():
    """Collect the numbers of the receipts that are loaded."""
    seen: list[int] = []

    def note(receipt, _context):
        seen.append(receipt.number)

    event.listen(Receipt, "load", note)
    yield seen
    event.remove(Receipt, "load", note)


def receipt(cast, number: int, *invited: str) -> Receipt:
    return Receipt(
        id=f"receipt_{number}",
        organization_id=cast.org,
        number=number,
        at=clock.now(),
        action="left",
        person_id=cast.rita.uid,
        person=cast.rita.email,
        by_id=cast.rita.uid,
        by=cast.rita.email,
        ended={"keys": ["ci"], "invitations": list(invited)},
    )


def redact(db, person) -> None:
    receipts.redact(db.get_one(User, person.uid), PSEUDONYM)


def invited(cast) -> list[list[str]]:
    with cast.portal.database.reading() as db:
        rows = db.scalars(select(Receipt).order_by(Receipt.number))
        return [found.ended["invitations"] for found in rows]


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_receipts_that_name_the_person_are_loaded_and_changed(cast, loaded, address):
    lists = [
        ["other@crew.test"],
        ["a@crew.test", address],
        [f"x{address}"],
        [f"{address}x"],
        [address.upper()],
    ]
    with cast.portal.writing() as db:
        db.get_one(User, cast.charlie.uid).email = address
        db.add_all([receipt(cast, number, *names) for number, names in enumerate(lists, 1)])
    with cast.portal.writing() as db:
        redact(db, cast.charlie)

    assert set(loaded) <= {2, 5}
    assert invited(cast) == [lists[0], ["a@crew.test", PSEUDONYM], *lists[2:]]


def test_addresses_that_another_serializer_escaped_are_found(cast):
    written = json.dumps({"keys": [], "invitations": ["jürgen@crew.test"]})
    assert "ü" not in written
    with cast.portal.writing() as db:
        db.get_one(User, cast.charlie.uid).email = "jürgen@crew.test"
        db.add(receipt(cast, 1))
        db.flush()
        db.execute(text("UPDATE receipts SET ended = :written"), {"written": written})
    with cast.portal.writing() as db:
        redact(db, cast.charlie)

    assert invited(cast) == [[PSEUDONYM]]
