"""The state of the database and the jobs, for monitoring."""

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
    """The numbers of waiting jobs by kind, and of those among them that have failed before.

    Mail that one addressee's server deferred is not a failure, since any addressee can cause that.
    """

    database_up: bool
    waiting: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    oldest_seconds: float = 0.0

    @property
    def mail_out(self) -> bool:
        """Whether mail has failed and waits for a retry, as while the mail server is unreachable."""
        return bool(self.failed.get(outbox.KIND))


def read(database: Database) -> Vitals:
    """Return the current state. It says so if the database is unavailable."""
    now = clock.now()
    failed = Job.outcome == JobOutcome.FAILED
    # Jobs due later don't wait yet. A deferred job waits from its due time, a failed one from its creation.
    waiting_since = case((failed, Job.created_at), (Job.due_at <= now, Job.due_at))
    statement = (
        select(Job.kind, func.count(), func.count(case((failed, 1))), func.min(waiting_since))
        .where(Job.done_at.is_(None))
        .group_by(Job.kind)
    )
    try:
        with database.reading() as db:
            rows = db.execute(statement).all()
    except (Unavailable, DBAPIError):
        return Vitals(database_up=False)
    since = [row[3] for row in rows if row[3] is not None]
    return Vitals(
        database_up=True,
        waiting={row[0]: row[1] for row in rows},
        failed={row[0]: row[2] for row in rows},
        oldest_seconds=(now - min(since)).total_seconds() if since else 0.0,
    )
