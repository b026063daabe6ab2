"""Organizations, their members, and what the two have with each other."""

from typing import Annotated, Literal, TypedDict

from app.base.permissions import Role
from app.web.json_types.texts import Email, Moment, OrganizationId, Says, Url, UserId, WrittenRole


class Organization(TypedDict):
    """A team, the roof over its members, keys and apps."""

    id: OrganizationId
    created_by: UserId
    created_at: Moment
    updated_at: Moment
    logo: Url | None
    name: str
    management_email: Email
    customer_id: str | None


class OrganizationCreated(TypedDict):
    """A new organization is there."""

    status: Literal["Organization created"]
    id: OrganizationId


class OrganizationUpdated(TypedDict):
    """The settings are saved."""

    status: Literal["Organization updated"]
    data: Organization


class OrganizationDeleted(TypedDict):
    """The organization is gone."""

    status: Literal["Organization deleted"]
    id: OrganizationId


class Member(TypedDict):
    """A member, or an invitee, whose role begins with `invite_`."""

    uid: UserId
    email: Email
    image_url: Url | None
    role: WrittenRole


class Ended(TypedDict):
    """What ends with a membership; `sessions` go on elsewhere, `apps` stay."""

    role: WrittenRole
    sessions: int
    keys: list[str]
    invitations: list[str]
    apps: list[str]
    last_super_admin: bool


class MemberEnding(Member):
    """A member, and what would end with the membership."""

    ends: Ended


class SecuredMember(Member):
    """A member, and whether they have a second factor."""

    second_factor: bool


class RoleRights(TypedDict):
    """What a role may do."""

    role: Role
    may: list[str]


class Party(TypedDict):
    """Somebody in the record, whose account may be gone by now."""

    uid: str
    email: str


class Receipt(TypedDict):
    """What ended with a departure."""

    number: int
    at: Moment
    action: Annotated[str, Says(enum=["left", "was removed", "erased their account"])]
    person: Party
    by: Party
    ended: Ended


class Offer(TypedDict):
    """An invitation as its invitee sees it."""

    orgId: OrganizationId
    organization: str
    role: Role
    invited_by: str
    created_at: Moment
    expires_at: Moment


class MailedOffer(Offer):
    """An invitation as its mailed link shows it, with the token that answers it by cookie."""

    csrf_token: str


class Requirement(TypedDict):
    """Whether a second factor is required, and who has none."""

    required: bool
    deadline: Moment | None
    without_factor: list[Member]


class Joined(TypedDict):
    """The invitation is accepted; this is the organization."""

    status: Literal["OK"]
    orgId: OrganizationId


class BulkPreview(TypedDict):
    """Whom a removal would concern; `message` says how to carry it out."""

    data: list[str]
    message: str
