"""Two-factor resets for people who lost both their second factor and their recovery codes."""

from sqlalchemy import select

from app.base.codes import Code
from app.base.errors import Conflict, NotFound, NotPermitted
from app.base.events import Event
from app.base.permissions import RULES, Action, Role, allows, lower
from app.models import Membership, User
from app.services.core import audit, last_super_admin, locks, users
from app.services.core.actors import Access, require_session
from app.services.core.last_super_admin import FACTOR_ADVICE
from app.services.login import second_factors
from app.services.mail import outbox
from app.storage.database import db
from app.text.email_addresses import Address

_WAY_BACK = (
    f"{FACTOR_ADVICE} If this person lost their only second factor, repeat the command with "
    "--last-super-admin: they can sign in with their password and set up a new one."
)


def reset(access: Access, address: Address) -> None:
    """Remove the second factors of a member. The actor must be super admin of all the member's organizations.

    Raises `NotFound` if the address is not a member, `NotPermitted` if the actor doesn't lead one of their
    organizations, and `Conflict` if they are the actor, have none, or are the last super admin with one.
    """
    require_session(access.actor, second_factors.BY_KEY)
    user = _member(access, address)
    if user.id == access.actor.user_id:
        raise Conflict(Code.OWN_FACTORS, message="Remove them under Account, Security.")
    _check_leads_all(access, user)
    last_super_admin.check_not_last_anywhere(user.id, factor_only=True, advice=FACTOR_ADVICE)

    removed = _clear(user)
    audit.record(Event.FACTORS_RESET, access, user.id, before={"email": user.email, "factors": removed})
    outbox.queue("factors_reset", user.email, by=access.actor.display_name)


def lock_member(access: Access, address: Address) -> None:
    """Lock a member's account and all their organizations, before any of them is locked alone."""
    user = users.find(address)
    if user and db.get(Membership, (access.organization.id, user.id)):
        locks.account_and_organizations(user.id)


def reset_by_operator(address: Address, *, allow_last: bool = False) -> User:
    """Remove the second factors of an account, for the operator.

    Raises `Conflict` if an organization that requires a second factor would be left without a super admin who
    can act, unless `allow_last`: a person who lost their only factor has no other way back in.
    """
    user = users.lock_with_organizations(address)
    if not allow_last:
        last_super_admin.check_not_last_anywhere(user.id, factor_only=True, advice=_WAY_BACK)

    removed = _clear(user)
    audit.record(Event.FACTORS_RESET, None, user.id, before={"email": user.email, "factors": removed})
    outbox.queue("factors_reset", user.email, by="The operator of this portal")
    return user


def _member(access: Access, address: Address) -> User:
    user = users.lock_by_address(address)
    membership = db.get(Membership, (access.organization.id, user.id)) if user else None
    if user is None or membership is None or membership.pending:
        raise NotFound(Code.MEMBER_NOT_FOUND, field="email")
    return user


def _check_leads_all(access: Access, user: User) -> None:
    """Raise `NotPermitted` if the member belongs to an organization that the actor does not lead.

    The account is locked, so it can't join another organization now.
    """
    belongs = select(Membership.organization_id).where(
        Membership.user_id == user.id, Membership.pending.is_(False)
    )
    if any(not _leads(access, organization_id) for organization_id in db.scalars(belongs)):
        raise NotPermitted(
            Code.INSUFFICIENT_ROLE,
            RULES[Action.SECOND_FACTOR_REQUIRE].refusal,
            message="They belong to another organization too, where you are not a super admin. "
            "The operator of this portal can reset their second factors.",
        )


def _leads(access: Access, organization_id: str) -> bool:
    own = db.get(Membership, (organization_id, access.actor.user_id))
    if own is None or own.pending or not access.actor.reaches(organization_id):
        return False
    return allows(lower(Role(own.role), access.actor.ceiling), Action.SECOND_FACTOR_REQUIRE)


def _clear(user: User) -> list[str]:
    removed = second_factors.clear(user.id)
    if not removed:
        raise Conflict(Code.NO_FACTOR_TO_RESET)
    return removed
