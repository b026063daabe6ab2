"""The two-factor policy of an organization: a second factor is required from a deadline on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from app.base import clock
from app.base.codes import Code
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
    """An organization's two-factor policy, and the active members without a second factor.

    `possible` is whether it can be switched on: a super admin must have a second factor first.
    """

    deadline: datetime | None
    without: Sequence[AnyRow]
    possible: bool

    @property
    def required(self) -> bool:
        """Whether the policy is on, even if the deadline is still ahead."""
        return self.deadline is not None


def show(access: Access) -> Requirement:
    """Return the two-factor policy of an organization."""
    return _requirement(db.get_one(Organization, access.organization.id))


def switch_on(access: Access, *, days: int) -> Requirement:
    """Require a second factor in some days. Mail members without one now, and again a day before.

    Raises `Conflict` if no super admin has a second factor.
    """
    organization = db.get_one(Organization, access.organization.id)
    if not last_super_admin.has_one_with_second_factor(organization.id):
        raise Conflict(
            Code.NO_SECURED_SUPER_ADMIN,
            message="Otherwise no one could open the organization or turn this off again.",
        )

    deadline = clock.now().replace(microsecond=0) + timedelta(days=days)
    _record(Event.TWO_FACTOR_REQUIRED, access, organization.second_factor_from, deadline)
    organization.second_factor_from = deadline
    db.flush()
    requirement = _requirement(organization)
    _mail(requirement.without, organization, "second_factor_required")
    _notify_contact(access, organization, requirement.without)
    if days * timedelta(days=1) > REMINDED_BEFORE:
        details = {"organization_id": organization.id, "deadline": clock.rfc3339(deadline)}
        jobs.enqueue(KIND, details, due_at=deadline - REMINDED_BEFORE)
    return requirement


def switch_off(access: Access) -> Requirement:
    """Stop requiring a second factor."""
    organization = db.get_one(Organization, access.organization.id)
    if organization.second_factor_from:
        _record(Event.TWO_FACTOR_NOT_REQUIRED, access, organization.second_factor_from, None)
        organization.second_factor_from = None
        db.flush()
        contacts.notify(organization, "second_factor_policy", access.actor, deadline="")
    return _requirement(organization)


def remind(database: Database, job: Job) -> None:
    """Remind members who still have no second factor, unless the deadline was changed or removed since."""
    with database.writing():
        organization = db.get(Organization, job.details["organization_id"])
        deadline = organization.second_factor_from if organization else None
        if organization and deadline and clock.rfc3339(deadline) == job.details["deadline"]:
            _mail(_without(organization.id), organization, "second_factor_reminder")


def _requirement(organization: Organization) -> Requirement:
    return Requirement(
        deadline=organization.second_factor_from,
        without=_without(organization.id),
        possible=last_super_admin.has_one_with_second_factor(organization.id),
    )


def _without(organization_id: str) -> Sequence[AnyRow]:
    return db.execute(_WITHOUT, {"organization_id": organization_id}).all()


def _mail(people: Sequence[AnyRow], organization: Organization, template: str) -> None:
    deadline = organization.second_factor_from
    when = humanize.moment(deadline) if deadline else ""
    for person in people:
        outbox.queue(template, person.email, organization=organization.name, deadline=when)


def _notify_contact(access: Access, organization: Organization, mailed: Sequence[AnyRow]) -> None:
    """Notify the contact, unless they got the mail to members without a second factor."""
    if organization.management_email not in {person.email for person in mailed}:
        deadline = humanize.moment(organization.second_factor_from) if organization.second_factor_from else ""
        contacts.notify(organization, "second_factor_policy", access.actor, deadline=deadline)


def _record(event: Event, access: Access, before: datetime | None, after: datetime | None) -> None:
    audit.record(
        event,
        access,
        access.organization.id,
        before={"deadline": clock.rfc3339(before)} if before else None,
        after={"deadline": clock.rfc3339(after)} if after else None,
    )
