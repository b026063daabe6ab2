"""`/organization/members/bulk/`: change or remove several members at once, all or none."""

from typing import ClassVar

from flask import url_for

from app.base.codes import Code
from app.base.errors import InvalidInput, NotFound
from app.base.events import Event
from app.base.permissions import Action
from app.routes.members import api
from app.routes.members.members import changed_list_screen, left, list_screen, routes
from app.services.core.actors import Access
from app.services.members import member_queries, members, removal
from app.services.members.membership_views import MembershipView
from app.text import email_addresses
from app.text.email_addresses import Address
from app.web.forms.base_field import Invalid
from app.web.forms.forms import Field, InOrganization, RoleField, SeveralField, TextField, YesNoField
from app.web.guard import rate_limits
from app.web.guard.access import requires
from app.web.response import replies, screens
from app.web.response.replies import Flash, Reply, Shown

# One page of the list. Each change is checked, recorded and mailed under one write lock.
MOST = member_queries.PAGE


class Addresses(SeveralField[Address]):
    """Several email addresses."""

    def distinct(self, items: list[str]) -> list[Address]:
        """Return the addresses without duplicates, ignoring case."""
        return list({address.key: address for address in super().distinct(items)}.values())

    def parse_item(self, text: str) -> Address:
        """Return one address. Raises `InvalidInput`."""
        return email_addresses.parse(text, field=self.name)


class MemberBulk(InOrganization):
    """The members, and the action to perform on them: `role`, or `remove`, which needs `confirmed`."""

    example: ClassVar = {"orgId": "org_123", "email": ["user@example.com"], "action": "role", "role": "read"}

    email = Addresses(
        "Members",
        "The email addresses of the members.",
        required="Select at least one person",
        most=MOST,
        too_many=f"Select at most {MOST} people at once",
    )
    action = TextField("Action", "The action to perform: `role` to change roles, or `remove`.")
    role = RoleField.optional()
    confirmed = YesNoField.optional(
        "Confirmed", "Must be true for the action `remove`. Otherwise the response is a preview."
    )

    def validate_action(self, field: Field[str]) -> None:
        """Refuse any other action, which would otherwise be recorded as an attempt at one of these."""
        if field.value not in {"role", "remove"}:
            raise Invalid(Code.INVALID_CHOICE, "action must be role or remove")


@routes.post("/organization/members/bulk/")
@requires(
    Action.MEMBERS_MANAGE,
    MemberBulk,
    refused_as=lambda form: (
        Event.MEMBER_REMOVED if form.action.value == "remove" else Event.MEMBER_ROLE_CHANGED
    ),
    api=api.BULK,
)
def bulk(access: Access, form: MemberBulk) -> replies.Result:
    """Change the role of several members, or remove them."""
    if form.action.value == "role":
        return _change_roles(access, form)

    selected = [_member(access, address) for address in form.email.value]
    return _remove(access, form) if form.confirmed.value else _ask(selected)


def _change_roles(access: Access, form: MemberBulk) -> Reply:
    if form.role.value is None:
        raise InvalidInput(Code.FIELD_REQUIRED, "Role is required", field="role")
    role = form.role.value
    changing = [address for address in form.email.value if _member(access, address).role != role]
    rate_limits.check_tighter("invite", access.actor.user_id, times=len(changing))

    for address in changing:
        members.invite(access, address, role)
    return replies.changed(
        {"status": "OK"},
        Flash("success", f"{len(changing)} changed to {role.label.lower()}."),
        to=url_for("members.index", orgId=access.organization.id),
        screen=lambda: changed_list_screen(access, *changing),
    )


def _remove(access: Access, form: MemberBulk) -> replies.Result:
    for address in form.email.value:
        removal.remove(access, address)
    removed = len(form.email.value)
    if access.actor.email_key in {address.key for address in form.email.value}:
        return left(access, others=removed - 1)

    return replies.changed(
        {"status": "OK"},
        Flash("success", f"{removed} removed."),
        to=url_for("members.index", orgId=access.organization.id),
        screen=lambda: list_screen(access),
    )


def _ask(selected: list[MembershipView]) -> Shown:
    screen = screens.form(
        "members/_bulk_form.html", "dialog-body", title="Remove people", section="members", members=selected
    )
    return replies.shown(
        lambda: {
            "data": [member.email for member in selected],
            "message": "Send confirmed: true to remove them.",
        },
        lambda: screen,
    )


def _member(access: Access, address: Address) -> MembershipView:
    found = member_queries.find(access, address.key)
    if found is None:
        raise NotFound(Code.MEMBER_NOT_FOUND, field="email")
    return found
