"""Mailbox limits, so that the portal can't be used to flood a mailbox.

Three mails of a kind to an address leave at once; further ones wait for the cool-down, and a newer mail
replaces a waiting one. The daily limit counts all mail to a mailbox. Mail that people wait for, and security
notices, may exceed it up to three times a day for each kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import structlog
from sqlalchemy import Table, bindparam, delete, or_, select

from app.base import clock, tokens
from app.base.config import Config
from app.models import Job, JobOutcome
from app.storage.database import AnyRow, config, fetch
from app.text import email_addresses

REASON = "The daily limit of mail to this address is reached."
FREE = 3
_DAY = timedelta(days=1)
# A newer mail of these kinds makes an older one obsolete.
_REPLACING = {
    "account_locked",
    "already_registered",
    "confirm_address",
    "confirm_new_address",
    "confirm_old_address",
    "invitation",
    "password_changed",
    "reset_password",
    "role_changed",
    "second_factor_failed",
}
_RECENT = (
    select(Job.id, Job.topic, Job.created_at, Job.due_at, Job.done_at, Job.outcome, Job.attempts)
    .where(
        Job.addressee == bindparam("addressee"),
        Job.created_at > bindparam("since", type_=Job.created_at.type),
        or_(Job.outcome.is_(None), Job.outcome.not_in([JobOutcome.DROPPED, JobOutcome.REFUSED])),
    )
    .order_by(Job.created_at.desc())
    .limit(bindparam("most"))
)
_JOBS = cast("Table", Job.__table__)
_DROP_WAITING = delete(_JOBS).where(
    _JOBS.c.addressee == bindparam("addressee"),
    _JOBS.c.topic == bindparam("topic"),
    _JOBS.c.done_at.is_(None),
    _JOBS.c.attempts == 0,
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Place:
    """The limits' decision about one mail: when it may leave, if at all, and the keys to find its row."""

    addressee: str
    topic: str
    due_at: datetime
    withheld: bool
    repeated: bool

    @property
    def at_once(self) -> bool:
        """Whether the mail may leave immediately."""
        return not self.withheld and self.due_at <= clock.now()


def placement(template: str, to: str, *, about: str = "", urgent: bool = False) -> Place:
    """Return the limits' decision about a new mail. `about` is the organization that it concerns."""
    addressee, kind = _keys(config(), template, to)
    topic = f"{kind}:{tokens.lockout_key(config().secret_key, 'mail', about)[:16]}"
    rows = [row for row in _recent(addressee) if not _replaced(row, topic, template)]
    counted = [row for row in rows if row.outcome != JobOutcome.WITHHELD]
    same = [row for row in counted if row.topic.startswith(f"{kind}:")]
    most = config().mail_daily_limit
    passes = urgent and len(same) < FREE
    return Place(
        addressee=addressee,
        topic=topic,
        due_at=_due(same),
        withheld=bool(most) and len(counted) >= most and not passes,
        repeated=any(row.topic == topic for row in rows if row.outcome == JobOutcome.WITHHELD),
    )


def drop_replaced(place: Place) -> None:
    """Delete the waiting mail that a newer one replaces, unless a worker has tried to send it."""
    if place.topic.partition(":")[0] not in _REPLACING:
        return
    fetch(_DROP_WAITING, {"addressee": place.addressee, "topic": place.topic})


def _due(same: Sequence[AnyRow]) -> datetime:
    """Return when the next mail of a kind may leave, at most three within a cool-down."""
    now = clock.now()
    left_at: list[datetime] = sorted(max(row.created_at, row.done_at or row.due_at) for row in same)
    if len(left_at) < FREE:
        return now
    return max(now, left_at[-FREE] + timedelta(minutes=config().mail_cool_down))


def _recent(addressee: str) -> Sequence[AnyRow]:
    if not config().mail_daily_limit and not config().mail_cool_down:
        return []
    most = 4 * max(config().mail_daily_limit, 50)
    values = {"addressee": addressee, "since": clock.now() - _DAY, "most": most}
    return fetch(_RECENT, values).all()


def _replaced(row: AnyRow, topic: str, template: str) -> bool:
    waits = row.done_at is None and row.attempts == 0
    return waits and row.topic == topic and template in _REPLACING


def _keys(config: Config, template: str, to: str) -> tuple[str, str]:
    """Return the keyed digest of the mailbox, and the kind of mail to this exact address.

    `bob+a@…` and `bob+b@…` are one mailbox, so the daily limit counts them together.
    """
    address = email_addresses.for_smtp(to).lower()
    addressee = tokens.lockout_key(config.secret_key, "mail", email_addresses.mailbox(address))
    return addressee, f"{template}:{tokens.lockout_key(config.secret_key, 'mail', address)[:16]}"
