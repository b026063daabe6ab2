"""JSON types of organizations, members, invitations and receipts."""

from typing import Annotated, Literal, TypedDict

from app.base.permissions import Role
from app.web.json_types.texts import Email, Keywords, Moment, OrganizationId, Url, UserId, WrittenRole


class Organization(TypedDict):
    """An organization: a team with its members, API keys and apps."""

    id: OrganizationId
    created_by: UserId
    created_at: Moment
    updated_at: Moment
    logo: Url | None
    name: str
    management_email: Email
    customer_id: str | None


class OrganizationCreated(TypedDict):
    """Confirms that the organization was created."""

    status: Literal["Organization created"]
    id: OrganizationId


class OrganizationUpdated(TypedDict):
    """Confirms an update and returns the organization."""

    status: Literal["Organization updated"]
    data: Organization


class OrganizationDeleted(TypedDict):
    """Confirms that the organization was deleted."""

    status: Literal["Organization deleted"]
    id: OrganizationId


class Member(TypedDict):
    """A member of an organization, or an invitee, whose `role` begins with `invite_`."""

    uid: UserId
    email: Email
    image_url: Url | None
    role: WrittenRole


class Ended(TypedDict):
    """What ends with a membership. The `sessions` keep working elsewhere, and the `apps` stay."""

    role: WrittenRole
    sessions: int
    keys: list[str]
    invitations: list[str]
    apps: list[str]
    last_super_admin: bool


class MemberEnding(Member):
    """A member, with what would end with the membership."""

    ends: Ended


class SecuredMember(Member):
    """A member. `second_factor` says whether they have a second factor."""

    second_factor: bool


class RoleRights(TypedDict):
    """A role and the actions that it allows."""

    role: Role
    may: list[str]


class Party(TypedDict):
    """A person in a record, whose account may have been deleted since."""

    uid: str
    email: str


class Receipt(TypedDict):
    """The record of a removal. `ended` lists what ended with the membership."""

    number: int
    at: Moment
    action: Annotated[str, Keywords(enum=["left", "was removed", "erased their account"])]
    person: Party
    by: Party
    ended: Ended


class Offer(TypedDict):
    """An invitation to an organization."""

    orgId: OrganizationId
    organization: str
    role: Role
    invited_by: str
    created_at: Moment
    expires_at: Moment


class MailedOffer(Offer):
    """The invitation behind a mailed link, with the CSRF token needed to accept or decline it."""

    csrf_token: str


class Requirement(TypedDict):
    """An organization's two-factor policy. `without_factor` lists the members without a second factor."""

    required: bool
    deadline: Moment | None
    without_factor: list[Member]


class Joined(TypedDict):
    """Confirms that the invitation was accepted. `orgId` is the organization."""

    status: Literal["OK"]
    orgId: OrganizationId


class BulkPreview(TypedDict):
    """The email addresses of the people who would be removed. `message` says how to confirm."""

    data: list[str]
    message: str
