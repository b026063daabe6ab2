"""Requirements: an organization insists on a second factor, from a day that its members know beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from app.base import clock
from app.base.errors import Conflict
from app.base.events import Event
from app.models import Job, Membership, Organization, User
from app.services.core import audit, last_super_admin, two_factor_status
from app.services.core.actors import Access
from app.services.jobs import jobs
from app.services.mail import contacts, outbox
from app.storage.database import AnyRow, Database, db
from app.text import humanize

KIND = "second_factor_reminder"
NO_SUPER_ADMIN = "A super admin needs a second factor first"
REMINDED_BEFORE = timedelta(days=1)

_ACTIVE = (
    Membership.organization_id == bindparam("organization_id"),
    Membership.pending.is_(False),
    User.disabled_at.is_(None),
)
_WITHOUT = (
    select(User.id, User.email, User.image_url, Membership.role, Membership.pending, User.name)
    .join(Membership, Membership.user_id == User.id)
    .where(*_ACTIVE, ~two_factor_status.has_second_factor(User.id))
    .order_by(Membership.added_at, Membership.user_id)
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Whether a second factor is required, from when, who has none, and whether it can be switched on."""

    deadline: datetime | None
    without: Sequence[AnyRow]
    possible: bool

    @property
    def required(self) -> bool:
        """Whether it is switched on, be the deadline still to come."""
        return self.deadline is not None


def show(access: Access) -> Requirement:
    """Return what an organization requires."""
    return _requirement(db.get_one(Organization, access.organization.id))


def switch_on(access: Access, *, days: int) -> Requirement:
    """Require a second factor some days from now; who has none is told at once, and again a day before."""
    organization = db.get_one(Organization, access.organization.id)
    if not last_super_admin.has_one_with_second_factor(organization.id):
        raise Conflict(
            NO_SUPER_ADMIN, message="Otherwise nobody could open the organization, or switch this off again."
        )

    deadline = clock.now().replace(microsecond=0) + timedelta(days=days)
    _record(Event.TWO_FACTOR_REQUIRED, access, organization.second_factor_from, deadline)
    organization.second_factor_from = deadline
    db.flush()
    found = _requirement(organization)
    _tell(found.without, organization, "second_factor_required")
    _tell_contact(access, organization, found.without)
    if days * timedelta(days=1) > REMINDED_BEFORE:
        details = {"organization_id": organization.id, "deadline": clock.rfc3339(deadline)}
        jobs.enqueue(KIND, details, due_at=deadline - REMINDED_BEFORE)
    return found


def switch_off(access: Access) -> Requirement:
    """Require a second factor no longer."""
    organization = db.get_one(Organization, access.organization.id)
    if organization.second_factor_from:
        _record(Event.TWO_FACTOR_NOT_REQUIRED, access, organization.second_factor_from, None)
        organization.second_factor_from = None
        db.flush()
        contacts.notify(organization, "second_factor_policy", access.actor, deadline="")
    return _requirement(organization)


def remind(database: Database, job: Job) -> None:
    """Tell those who still have no second factor, unless the deadline was moved or lifted meanwhile."""
    with database.writing():
        organization = db.get(Organization, job.details["organization_id"])
        deadline = organization.second_factor_from if organization else None
        if organization and deadline and clock.rfc3339(deadline) == job.details["deadline"]:
            _tell(_without(organization.id), organization, "second_factor_reminder")


def _requirement(organization: Organization) -> Requirement:
    return Requirement(
        deadline=organization.second_factor_from,
        without=_without(organization.id),
        possible=last_super_admin.has_one_with_second_factor(organization.id),
    )


def _without(organization_id: str) -> Sequence[AnyRow]:
    return db.execute(_WITHOUT, {"organization_id": organization_id}).all()


def _tell(people: Sequence[AnyRow], organization: Organization, template: str) -> None:
    deadline = organization.second_factor_from
    when = humanize.moment(deadline) if deadline else ""
    for person in people:
        outbox.queue(template, person.email, organization=organization.name, deadline=when)


def _tell_contact(access: Access, organization: Organization, told: Sequence[AnyRow]) -> None:
    """Tell the contact, unless they are told already because they have no second factor."""
    if organization.management_email not in {person.email for person in told}:
        deadline = humanize.moment(organization.second_factor_from) if organization.second_factor_from else ""
        contacts.notify(organization, "second_factor_policy", access.actor, deadline=deadline)


def _record(event: Event, access: Access, before: datetime | None, after: datetime | None) -> None:
    audit.record(
        event,
        access.actor,
        access.organization.id,
        organization_id=access.organization.id,
        before={"deadline": clock.rfc3339(before)} if before else None,
        after={"deadline": clock.rfc3339(after)} if after else None,
    )
