"""The state of the model: people, organizations, links and keys, in dictionaries and lists.

Nothing here comes from the portal's code: the model is a second reading of the contract.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ROLES = ("read", "upload", "write", "admin", "super_admin")
RANK = {role: rank for rank, role in enumerate(ROLES)}
OPEN, USED, DECLINED, CANCELLED, REPLACED, DELETED = (
    "open",
    "used",
    "declined",
    "cancelled",
    "replaced",
    "deleted",
)
A_WEEK = timedelta(days=7)

NO_ACCESS = "You cannot access this organization"
NO_ADMIN = "Admin role required"
NO_SUPER_ADMIN = "Super admin role required"
NO_MEMBERS = "Insufficient permissions to manage members"
NO_KEYS = "Insufficient permissions to manage API keys"
LAST = "Cannot remove the last admin from the organization"


class Refused(Exception):
    """A refusal: its status, and its text where the contract prints one."""

    def __init__(self, status: int, error: str | None = None) -> None:
        super().__init__(status, error)
        self.status, self.error = status, error


@dataclass(frozen=True)
class Person:
    uid: str
    email: str
    name: str


@dataclass
class Membership:
    role: str
    pending: bool = False


@dataclass(eq=False)
class Organization:
    id: str
    founder: Person
    founded_at: datetime
    changed_at: datetime
    name: str
    management_email: str
    logo: str | None = None
    members: dict[Person, Membership] = field(default_factory=dict)

    def super_admins(self) -> list[Person]:
        """Return the active super admins."""
        active = [person for person, found in self.members.items() if not found.pending]
        return [person for person in active if self.members[person].role == "super_admin"]


@dataclass(eq=False)
class Link:
    """A mailed invitation; the machine adds the token that the mail would contain."""

    organization: Organization
    person: Person
    role: str
    by: Person
    sent_at: datetime
    state: str = OPEN
    token: str = ""


@dataclass(eq=False)
class Key:
    id: str
    owner: Person
    name: str
    ceiling: str
    only: Organization | None
    made_at: datetime
    expires_at: datetime | None
    ended: bool = False
    current: "Secret | None" = field(default=None, repr=False)
    previous: "Secret | None" = field(default=None, repr=False)


@dataclass(eq=False)
class Secret:
    """What an actor authenticates with: a session, or the secret of a key, possibly a replaced one."""

    owner: Person
    key: Key | None = None
    until: datetime | None = None

    def works(self, now: datetime) -> bool:
        if self.key is None:
            return True
        ends = self.until or self.key.expires_at
        return not self.key.ended and (ends is None or now < ends)


@dataclass
class State:
    now: datetime
    people: list[Person]
    organizations: dict[str, Organization] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)

    def authenticate(self, actor: Secret) -> None:
        """Refuse an invalid secret."""
        if not actor.works(self.now):
            raise Refused(401, "Invalid API key")

    def role(self, actor: Secret, organization: Organization | None) -> str | None:
        """Return the role that an actor may exercise; None for outsiders and keys limited elsewhere."""
        found = organization.members.get(actor.owner) if organization else None
        if found is None or found.pending:
            return None
        if actor.key is None:
            return found.role
        if actor.key.only not in {None, organization}:
            return None
        return min(found.role, actor.key.ceiling, key=lambda role: RANK[role])

    def enter(self, actor: Secret, identifier: str, needed: str, refusal: str) -> tuple[Organization, str]:
        """Return an organization where the actor has the role; unknown and foreign get the same refusal."""
        organization = self.organizations.get(identifier)
        role = self.role(actor, organization)
        if organization is None or role is None or RANK[role] < RANK[needed]:
            raise Refused(403, refusal)
        return organization, role

    def by_email(self, email: str) -> Person | None:
        wanted = email.strip().lower()
        return next((person for person in self.people if person.email.lower() == wanted), None)

    def open_links(self, organization: Organization) -> Iterator[Link]:
        return (link for link in self.links if link.state == OPEN and link.organization is organization)

    def open_link(self, organization: Organization, person: Person) -> Link:
        return next(link for link in self.open_links(organization) if link.person == person)
