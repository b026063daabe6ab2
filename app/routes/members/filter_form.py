"""The filters of the members list, for JSON, the page and the export."""

from enum import StrEnum

from app.base.permissions import Role
from app.services.members.member_filters import MemberFilters, Order, Sort
from app.web.forms.choice_field import ChoiceField
from app.web.forms.forms import InOrganization, NumberField, TextField

_LONGEST_DAYS = 3650


class TwoFactor(StrEnum):
    """Whether a member has a second factor."""

    ON = "on"
    OFF = "off"


_HAS_ONE = {TwoFactor.ON: True, TwoFactor.OFF: False, None: None}


class MemberFilterForm(InOrganization):
    """The people to list, and their order. Without any of these, the list has everyone by date of joining."""

    q = TextField.optional(
        "Search",
        "Words of the name or the address. Case, accents and their order do not matter.",
        example="bauer anna",
    )
    role = ChoiceField[Role].optional("Role", "Only members with this role.", of=Role)
    two_factor = ChoiceField[TwoFactor].optional(
        "Two-factor", "Only members who have a second factor, or who have none. Admins only.", of=TwoFactor
    )
    inactive_days = NumberField.optional(
        "Last active",
        "Only members who were not active for so many days, or never since they joined. Admins only.",
        least=1,
        most=_LONGEST_DAYS,
        blank=True,
        example=90,
    )
    sort = ChoiceField[Sort].optional("Sort", "The order; `last_active` is for admins only.", of=Sort)
    order = ChoiceField[Order].optional("Order", "The direction of the order.", of=Order)

    def query(self) -> dict[str, str | int | None]:
        """Return the filters and the order as they are written in an address."""
        return {
            "q": self.q.value or None,
            "role": self.role.value,
            "two_factor": self.two_factor.value,
            "inactive_days": self.inactive_days.value,
            "sort": self.sort.value,
            "order": self.order.value,
        }

    def filters(self, *, pending: bool | None = None) -> MemberFilters:
        """Return the filters. The list of a role has members only; invitees have the role `invite_…`."""
        only_members = False if self.role.value and pending is None else pending
        return MemberFilters(
            text=self.q.value or "",
            role=self.role.value,
            pending=only_members,
            two_factor=_HAS_ONE[self.two_factor.value],
            inactive_days=self.inactive_days.value,
            sort=self.sort.value or Sort.JOINED,
            order=self.order.value or Order.ASCENDING,
        )
