"""Vitals: what the operator's monitoring wants to know of the database and of the jobs."""

from dataclasses import dataclass, field

from sqlalchemy import case, func, select
from sqlalchemy.exc import DBAPIError

from app.base import clock
from app.base.errors import Unavailable
from app.models import Job, JobOutcome
from app.services.mail import outbox
from app.storage.database import Database


@dataclass(frozen=True, slots=True)
class Vitals:
    """How many jobs wait, by kind; those that failed before are among them, and counted for themselves.

    What only waits for one addressee's mail server is no failure: anybody can cause that.
    """

    database_up: bool
    waiting: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    oldest_seconds: float = 0.0

    @property
    def mail_out(self) -> bool:
        """Whether the mail server takes no mail."""
        return bool(self.failed.get(outbox.KIND))


def read(database: Database) -> Vitals:
    """Look once; a database that is out of reach is an answer too."""
    at = clock.now()
    failed = Job.outcome == JobOutcome.FAILED
    # What is for later does not wait yet, and what was put off for its own sake waits from then on.
    awaited = case((failed, Job.created_at), (Job.due_at <= at, Job.due_at))
    counted = (
        select(Job.kind, func.count(), func.count(case((failed, 1))), func.min(awaited))
        .where(Job.done_at.is_(None))
        .group_by(Job.kind)
    )
    try:
        with database.reading() as db:
            rows = db.execute(counted).all()
    except (Unavailable, DBAPIError):
        return Vitals(database_up=False)
    since = [row[3] for row in rows if row[3] is not None]
    return Vitals(
        database_up=True,
        waiting={row[0]: row[1] for row in rows},
        failed={row[0]: row[2] for row in rows},
        oldest_seconds=(at - min(since)).total_seconds() if since else 0.0,
    )
