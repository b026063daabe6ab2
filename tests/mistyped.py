"""Calls that `make check` must refuse. Only mypy reads this file.

Each line carries the refusal that it expects. If mypy accepted one, it would report the comment as unused,
so that a field whose value lost its type fails the check.
"""

from typing import TYPE_CHECKING

from app.permissions import Role
from app.routes.keys import KeyCreate
from app.routes.member_bulk import MemberBulk
from app.routes.members import MemberInvite, MemberList
from app.routes.organizations import OrganizationUpdate
from app.services import members, organizations
from app.services.actors import Access
from app.web.forms import NumberField, RoleField

if TYPE_CHECKING:
    from app.addresses import Address


def arguments_in_the_wrong_order(access: Access, form: MemberInvite) -> None:
    """The address stands where the role belongs."""
    members.invite(access, form.role.value, form.email.value)  # type: ignore[arg-type]


def fields_that_may_be_absent(access: Access, form: OrganizationUpdate, listed: MemberList) -> None:
    """None stands where a value belongs."""
    members.invite(access, form.management_email.value, Role.READ)  # type: ignore[arg-type]
    organizations.has_member(form.name.value, access.actor.user_id)  # type: ignore[arg-type]
    most: int = listed.limit.value  # type: ignore[assignment]
    members.invite(access, form.org_id.value, most)  # type: ignore[arg-type]


def values_of_another_kind(access: Access, key: KeyCreate, bulk: MemberBulk) -> None:
    """A role is no address, and a list of addresses is no address."""
    address: Address = key.role.value  # type: ignore[assignment]
    address = bulk.email.value  # type: ignore[assignment]
    members.invite(access, address, key.org_id.value)  # type: ignore[arg-type]


def fields_of_another_kind() -> None:
    """What a field means is part of its type."""
    RoleField.optional().value = 7  # type: ignore[assignment]
    NumberField.optional("Limit", least=1, most=2).value = "1"  # type: ignore[assignment]
