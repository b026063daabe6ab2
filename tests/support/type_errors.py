"""Calls that `make check` must refuse. Only mypy reads this file.

Each line carries the refusal that it expects. If mypy accepted one, it would report the comment as unused,
so that a field whose value lost its type fails the check.
"""

from typing import TYPE_CHECKING

from app.base.permissions import Action, Role
from app.routes.apps.apps import AppRename, by_app
from app.routes.apps.bundles import BundleRemove, BundleUpload, app_screen, for_upload
from app.routes.keys.forms import KeyCreate
from app.routes.keys.keys import new_screen
from app.routes.members.member_bulk import MemberBulk
from app.routes.members.members import MemberInvite, MemberList, invite_screen
from app.routes.organizations.forms import OrganizationUpdate
from app.services.apps.apps import AppAccess
from app.services.apps.bundles import BundleAccess
from app.services.core import organization_access
from app.services.core.actors import Access, Actor
from app.services.members import members
from app.web.forms.forms import Nothing, NumberField, RoleField
from app.web.guard.access import public, receives, requires, signed_in
from app.web.response import replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen

if TYPE_CHECKING:
    from app.text.email_addresses import Address


def arguments_in_the_wrong_order(access: Access, form: MemberInvite) -> None:
    """An address where the role belongs, and a role where the address belongs."""
    members.invite(access, form.role.value, form.email.value)  # type: ignore[arg-type]


def fields_that_may_be_absent(access: Access, form: OrganizationUpdate, listed: MemberList) -> None:
    """None where a value is required."""
    members.invite(access, form.management_email.value, Role.READ)  # type: ignore[arg-type]
    organization_access.has_member(form.name.value, access.actor.user_id)  # type: ignore[arg-type]
    most: int = listed.limit.value  # type: ignore[assignment]
    members.invite(access, form.org_id.value, most)  # type: ignore[arg-type]


def values_of_another_kind(access: Access, key: KeyCreate, bulk: MemberBulk) -> None:
    """A role is not an address, and neither is a list of addresses."""
    address: Address = key.role.value  # type: ignore[assignment]
    address = bulk.email.value  # type: ignore[assignment]
    members.invite(access, address, key.org_id.value)  # type: ignore[arg-type]


def fields_of_another_kind() -> None:
    """The type of a field includes the type of its value."""
    RoleField.optional().value = 7  # type: ignore[assignment]
    NumberField.optional("Limit", least=1, most=2).value = "1"  # type: ignore[assignment]


# The form of a guard must be the form of its view; mypy reports the decorator's line.


@requires(Action.MEMBERS_MANAGE, MemberInvite)  # type: ignore[arg-type]
def view_of_another_form(access: Access, form: MemberList) -> Shown:
    """The guard fills one form, and the view takes another."""
    return replies.page(lambda: invite_screen(MemberInvite()))


@signed_in(Nothing)  # type: ignore[arg-type]
def view_of_a_form_that_nothing_fills(actor: Actor, form: KeyCreate) -> Shown:
    """The view reads fields of a form that has none."""
    return replies.page(lambda: new_screen(form))


@receives(Action.BUNDLES_UPLOAD, BundleUpload, find_access=for_upload)  # type: ignore[arg-type]
def upload_of_another_form(access: AppAccess, form: BundleRemove) -> Shown:
    """The file is in one form, and the view takes another."""
    return replies.page(lambda: app_screen(access, form.version.value))


@requires(Action.APPS_MANAGE, AppRename, find_access=by_app)  # type: ignore[arg-type]
def view_of_another_access(access: BundleAccess, form: AppRename) -> Shown:
    """The guard finds an app, and the view takes a bundle."""
    return replies.page(lambda: app_screen(access, form.name.value))


@public(Nothing)  # type: ignore[arg-type]
def view_that_knows_its_visitor(visitor: Actor, form: Nothing) -> Shown:
    """The visitor may be None."""
    return replies.page(lambda: Screen("", "", visitor.user_id))


def guards_that_cannot_lead_anywhere() -> None:
    """A form without `orgId` needs `find_access`, which needs the fields that it reads."""
    requires(Action.APPS_MANAGE, AppRename)  # type: ignore[type-var]
    requires(Action.APPS_MANAGE, MemberInvite, find_access=by_app)  # type: ignore[arg-type]


def drawn_or_recorded_by_another_form() -> None:
    """The callbacks that redraw a refused form or name its event take the form of the guard."""
    signed_in(Nothing, redraw=invite_screen)  # type: ignore[arg-type]
    requires(Action.MEMBERS_MANAGE, MemberInvite, redraw=lambda form: Screen(form.name, "", ""))  # type: ignore[attr-defined]
    signed_in(Nothing, refused_as=lambda form: form.event)  # type: ignore[attr-defined]
