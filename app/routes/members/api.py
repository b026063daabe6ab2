"""The JSON API of members, invitations and receipts: types of answers, and descriptions of operations."""

from typing import Annotated, Literal, TypedDict, cast

from app import models
from app.base.clock import rfc3339
from app.base.codes import Code
from app.base.permissions import Action, Role
from app.routes.organizations.api import Member
from app.services.members import members
from app.services.members.membership_views import MembershipView
from app.services.members.received_invitations import ReceivedInvitation
from app.web.json_types import Data, Page, Success, SuccessWith
from app.web.json_types.description import Description
from app.web.json_types.texts import Keywords, Moment, OrganizationId, WrittenRole


class RemovalImpact(TypedDict):
    """What ends with a membership. The `sessions` keep working elsewhere, and the `apps` stay."""

    role: WrittenRole
    sessions: int
    keys: list[str]
    invitations: list[str]
    apps: list[str]
    last_super_admin: bool


class MemberRemovalPreview(Member):
    """A member, with what would end with the membership."""

    ends: RemovalImpact


class MemberTwoFactorStatus(Member):
    """A member. `second_factor` says whether they have a second factor."""

    second_factor: bool


class ReceiptPerson(TypedDict):
    """A person in a record, whose account may have been deleted since."""

    uid: str
    email: str


class Receipt(TypedDict):
    """The record of a removal. `ended` lists what ended with the membership."""

    number: int
    at: Moment
    action: Annotated[str, Keywords(enum=["left", "was removed", "erased their account"])]
    person: ReceiptPerson
    by: ReceiptPerson
    ended: RemovalImpact


class Invitation(TypedDict):
    """An invitation to an organization."""

    orgId: OrganizationId
    organization: str
    role: Role
    invited_by: str
    created_at: Moment
    expires_at: Moment


class InvitationByLink(Invitation):
    """The invitation behind a mailed link, with the CSRF token needed to accept or decline it."""

    csrf_token: str


class InvitationAccepted(TypedDict):
    """Confirms that the invitation was accepted. `orgId` is the organization."""

    status: Literal["OK"]
    orgId: OrganizationId


class BulkRemovalPreview(TypedDict):
    """The email addresses of the people who would be removed. `message` says how to confirm."""

    data: list[str]
    message: str


def member(found: members.Member) -> Member:
    """Return a member after a change."""
    return {"uid": found.uid, "email": found.email, "image_url": found.image_url, "role": found.role}


def listed_member(found: MembershipView) -> Member:
    """Return a member as listed on the members page."""
    role = found.role.invited if found.pending else str(found.role)
    return {"uid": found.uid, "email": found.email, "image_url": found.image_url, "role": role}


def receipt(found: models.Receipt) -> Receipt:
    """Return the receipt of a removal."""
    return {
        "number": found.number,
        "at": rfc3339(found.at),
        "action": found.action,
        "person": {"uid": found.person_id, "email": found.person},
        "by": {"uid": found.by_id, "email": found.by},
        "ended": cast("RemovalImpact", found.ended),
    }


def invitation(found: ReceivedInvitation) -> Invitation:
    """Return an invitation as its invitee sees it."""
    return {
        "orgId": found.organization_id,
        "organization": found.organization,
        "role": found.role,
        "invited_by": found.invited_by,
        "created_at": rfc3339(found.created_at),
        "expires_at": rfc3339(found.expires_at),
    }


BY_KEY = "Invitations can only be answered in the portal"
_UNKNOWN = {404: (Code.INVITATION_NOT_FOUND,)}
_OVER = {
    410: (
        Code.INVITATION_USED,
        Code.INVITATION_DECLINED,
        Code.INVITATION_EXPIRED,
        Code.INVITATION_CANCELLED,
        Code.INVITATION_REPLACED,
    )
}
_ALREADY = {409: (Code.MEMBER_EXISTS,)}
_MEMBERS_UNKNOWN = {404: (Code.MEMBER_NOT_FOUND,)}
_LAST = {409: (Code.LAST_SUPER_ADMIN,)}

INVITATIONS_INDEX = Description("Invitations", Data[list[Invitation]])
ACCEPT = Description(
    "Invitations",
    InvitationAccepted,
    refusals={403: (Code.EMAIL_NOT_CONFIRMED,), **_UNKNOWN, **_ALREADY, **_OVER},
)
DECLINE = Description("Invitations", Success, refusals={**_UNKNOWN, **_ALREADY})
LINK = Description(
    "Invitations",
    Data[InvitationByLink],
    refusals={403: (Code.INVITATION_FOR_OTHER_ACCOUNT,), **_UNKNOWN, **_OVER},
)
ACCEPT_LINK = Description(
    "Invitations",
    InvitationAccepted,
    refusals={403: (Code.INVITATION_FOR_OTHER_ACCOUNT,), **_UNKNOWN, **_ALREADY, **_OVER},
)
DECLINE_LINK = Description(
    "Invitations",
    Success,
    refusals={403: (Code.INVITATION_FOR_OTHER_ACCOUNT,), **_UNKNOWN, **_ALREADY, **_OVER},
)
MEMBERS_INDEX = Description(
    "Members",
    Page[Member],
    refusals={403: (Action.MEMBERS_MANAGE,)},
    without=("state",),
)
INVITE = Description(
    "Members",
    SuccessWith[Member],
    refusals={**_MEMBERS_UNKNOWN, 409: (Code.MEMBER_EXISTS, Code.LAST_SUPER_ADMIN, Code.INVITATION_LIMIT)},
)
REMOVE = Description("Members", Success, refusals={**_MEMBERS_UNKNOWN, **_LAST})
REMOVE_FORM = Description("Members", Data[MemberRemovalPreview], refusals=_MEMBERS_UNKNOWN)
BULK = Description(
    "Members",
    Success | BulkRemovalPreview,
    refusals={**_MEMBERS_UNKNOWN, **_LAST},
    fields={
        "email": {"items": {"type": "string", "format": "idn-email"}},
        "action": {"enum": ["role", "remove"]},
    },
)
EXPORT = Description(
    "Members",
    files={"text/csv": "The members and invitees as a CSV table."},
    refusals={403: (Action.MEMBERS_MANAGE,)},
)
RESET_TWO_FACTOR_FORM = Description("Members", Data[MemberTwoFactorStatus], refusals=_MEMBERS_UNKNOWN)
RESET_TWO_FACTOR = Description(
    "Members", Success, refusals={**_MEMBERS_UNKNOWN, 409: (Code.NO_FACTOR_TO_RESET,)}
)
RECEIPTS_INDEX = Description(
    "Audit log",
    Data[Receipt | list[Receipt]],
    refusals={404: (Code.RECEIPT_NOT_FOUND,)},
    files={"text/plain": "With `number` and `format=txt`, one receipt as plain text."},
    fields={"format": {"enum": ["txt"]}},
)
