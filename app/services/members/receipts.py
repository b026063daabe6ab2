"""Receipts, the numbered records of removals."""

import json
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import ColumnElement, String, cast, func, or_, select, update

from app.base import clock, identifiers
from app.base.codes import Code
from app.base.errors import NotFound
from app.models import Membership, Receipt, User
from app.services.core.actors import Access, Actor
from app.services.members.removal_impact import RemovalImpact
from app.storage.database import db

MOST = 100


class Cause(StrEnum):
    """How a membership ended, as receipts and mails put it after the person's name."""

    LEFT = "left"
    REMOVED = "was removed"
    ERASED = "erased their account"


def write(actor: Actor, membership: Membership, cause: Cause, impact: RemovalImpact) -> Receipt:
    """Add the receipt of a removal, in the same transaction as the removal."""
    person = db.get_one(User, membership.user_id)
    receipt = Receipt(
        id=identifiers.new("receipt"),
        organization_id=membership.organization_id,
        number=_next_number(membership.organization_id),
        at=clock.now(),
        action=cause,
        person_id=person.id,
        person=person.email,
        by_id=actor.user_id,
        by=actor.email,
        ended=impact.as_json(),
    )
    db.add(receipt)
    return receipt


def in_organization(access: Access, *, before: int | None = None) -> list[Receipt]:
    """List up to a hundred receipts of an organization, newest first, with numbers below `before`."""
    statement = select(Receipt).where(Receipt.organization_id == access.organization.id)
    if before is not None:
        statement = statement.where(Receipt.number < before)
    return list(db.scalars(statement.order_by(Receipt.number.desc()).limit(MOST)))


def read(access: Access, number: int) -> Receipt:
    """Return the receipt with this number. Raises `NotFound` if there is none."""
    receipt = db.scalar(
        select(Receipt).where(Receipt.organization_id == access.organization.id, Receipt.number == number)
    )
    if receipt is None:
        raise NotFound(Code.RECEIPT_NOT_FOUND)
    return receipt


def redact(user: User, pseudonym: str) -> None:
    """Replace the address of an erased person on every receipt."""
    db.execute(update(Receipt).where(Receipt.person_id == user.id).values(person=pseudonym))
    db.execute(update(Receipt).where(Receipt.by_id == user.id).values(by=pseudonym))
    for receipt in db.scalars(select(Receipt).where(_may_name(user.email))):
        _redact_invitation(receipt, user.email, pseudonym)


def as_text(organization: str, receipt: Receipt) -> str:
    """Return a receipt as plain text."""
    return "\n".join((f"Receipt {receipt.number} of {organization}", "", *map(": ".join, lines(receipt)), ""))


def lines(receipt: Receipt) -> list[tuple[str, str]]:
    """Return the lines of a receipt as labels and values."""
    ended: dict[str, Any] = receipt.ended
    return [
        ("When", clock.rfc3339(receipt.at)),
        ("What", receipt.action),
        ("Who", f"{receipt.person} ({receipt.person_id})"),
        ("By", f"{receipt.by} ({receipt.by_id})"),
        ("Role that ended", ended["role"]),
        ("Sessions that lost access", str(ended["sessions"])),
        ("Keys revoked", ", ".join(ended["keys"]) or "none"),
        ("Invitations cancelled", ", ".join(ended["invitations"]) or "none"),
        ("Apps they created, which stay", ", ".join(ended["apps"]) or "none"),
    ]


def _next_number(organization_id: str) -> int:
    """Return the next receipt number. The organization's lock keeps it unique."""
    last = select(func.max(Receipt.number)).where(Receipt.organization_id == organization_id)
    return (db.scalar(last) or 0) + 1


def _may_name(email: str) -> ColumnElement[bool]:
    """Return the SQL condition for receipts whose JSON contains an address, in either serializer's form.

    The database filters them, because loading every receipt of the portal would keep the locks for too long.
    """
    written = cast(Receipt.ended, String)
    needles = {orjson.dumps(email).decode(), json.dumps(email)}
    return or_(*(written.contains(needle, autoescape=True) for needle in needles))


def _redact_invitation(receipt: Receipt, email: str, pseudonym: str) -> None:
    invited = receipt.ended.get("invitations", [])
    if email in invited:
        redacted = [pseudonym if address == email else address for address in invited]
        receipt.ended = {**receipt.ended, "invitations": redacted}
