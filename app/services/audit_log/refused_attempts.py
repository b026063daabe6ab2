"""Refused attempts. The first is recorded at once, its repeats by one entry with their count.

The counts are in the database, shared by all processes. A flood adds two entries per ten minutes.
"""

import hashlib
from datetime import timedelta
from typing import cast

import orjson
from sqlalchemy import RowMapping, Table, bindparam, func, select

from app.base import clock
from app.base.events import Event
from app.models import Job, RefusedAttempt
from app.services.core import audit, audit_chain
from app.services.core.actors import Actor
from app.services.core.audit import Attempt
from app.services.jobs import jobs
from app.storage.database import Database, db, fetch

KIND = "refused_attempts"
WINDOW = timedelta(minutes=10)
MOST_TARGETS = 20

# Built once, because a refused change takes most of its time here.
_ATTEMPTS = cast("Table", RefusedAttempt.__table__)
_BY_KEY = _ATTEMPTS.c.key == bindparam("of")
_OF_ACTOR = (
    _ATTEMPTS.c.organization_id.is_not_distinct_from(bindparam("organization_id")),
    _ATTEMPTS.c.actor_id == bindparam("actor_id"),
)
_RUNNING = select(_ATTEMPTS).where(_BY_KEY)
_RECENT = select(func.count()).where(*_OF_ACTOR, _ATTEMPTS.c.first_at > bindparam("since"))
_DELETE_UNREPEATED = _ATTEMPTS.delete().where(
    *_OF_ACTOR, _ATTEMPTS.c.first_at <= bindparam("since"), _ATTEMPTS.c.times == 1
)
_COUNT = _ATTEMPTS.update().where(_BY_KEY)
_DELETE = _ATTEMPTS.delete().where(_BY_KEY)


class _Keyed(Attempt):
    """An attempt with the digest that identifies its repeats."""

    key: str


def record(event: Event, actor: Actor, error: str, *, target: str, organization_id: str | None) -> None:
    """Record a refused attempt, or count it if the same one was recorded within the last ten minutes.

    After 20 different attempts of an actor in that time, further ones are recorded without their targets.
    """
    audit_chain.lock_head(organization_id or audit_chain.PORTAL)
    attempt = _attempt(event, actor, error, target=target, organization_id=organization_id)
    running = _running(attempt["key"])
    if running is None and _has_too_many_targets(attempt):
        general_target = organization_id or actor.user_id
        attempt = _attempt(event, actor, error, target=general_target, organization_id=organization_id)
        running = _running(attempt["key"])

    if running and clock.now() < running["first_at"] + WINDOW:
        _count(running)
        return
    if running:
        _end(running)
    _start(attempt)


def record_repeats(database: Database, job: Job) -> None:
    """Record how often an attempt was repeated, unless its next window recorded that already."""
    with database.writing():
        running = _running(job.details["key"])
        if running is None:
            return
        audit_chain.lock_head(running["organization_id"] or audit_chain.PORTAL)
        running = _running(job.details["key"])
        if running and running["first_at"].isoformat() == job.details["first_at"]:
            _end(running)


def _attempt(event: Event, actor: Actor, error: str, *, target: str, organization_id: str | None) -> _Keyed:
    same: Attempt = {
        "organization_id": organization_id,
        "actor_id": actor.user_id,
        "credential_id": actor.credential_id,
        "action": event.value,
        "target": target,
        "error": error,
    }
    return {**same, "key": hashlib.sha256(orjson.dumps(same)).hexdigest()}


def _running(key: str) -> RowMapping | None:
    return fetch(_RUNNING, {"of": key}).mappings().first()


def _has_too_many_targets(attempt: _Keyed) -> bool:
    return (fetch(_RECENT, _window_of(attempt)).scalar() or 0) >= MOST_TARGETS


def _start(attempt: _Keyed) -> None:
    """Record an attempt, and delete the actor's earlier ones that were never repeated and so are complete."""
    now, request_id = clock.now(), db.info.get("request_id")
    db.execute(_DELETE_UNREPEATED, _window_of(attempt))
    row = {**attempt, "times": 1, "first_at": now, "last_at": now, "request_id": request_id}
    db.execute(_ATTEMPTS.insert(), row)
    audit.record_refusal(attempt, {"error": attempt["error"]}, request_id)


def _window_of(attempt: _Keyed) -> dict[str, object]:
    return {
        "organization_id": attempt["organization_id"],
        "actor_id": attempt["actor_id"],
        "since": clock.now() - WINDOW,
    }


def _count(running: RowMapping) -> None:
    if running["times"] == 1:
        details = {"key": running["key"], "first_at": running["first_at"].isoformat()}
        jobs.enqueue(KIND, details, due_at=running["first_at"] + WINDOW)
    now = {
        "times": running["times"] + 1,
        "last_at": clock.now(),
        "request_id": db.info.get("request_id"),
    }
    db.execute(_COUNT, {"of": running["key"], **now})


def _end(running: RowMapping) -> None:
    if running["times"] > 1:
        counted = {
            "error": running["error"],
            "times": running["times"],
            "first_at": clock.rfc3339(running["first_at"]),
            "last_at": clock.rfc3339(running["last_at"]),
        }
        audit.record_refusal(running, counted, running["request_id"])
    db.execute(_DELETE, {"of": running["key"]})
