"""The permission table equals section 2 of the contract."""

import pytest

from app.base.permissions import RULES, Action, Role, allows, grantable, lower, outranks
from tests.support.sweeping import sweep

ORDER = "read < upload < write < admin < super_admin"
CONTRACT = [
    # action, then ✓ for: read upload write admin super_admin
    ("see the organization, its members, its resources", ["organization.read"], "✓✓✓✓✓"),
    ("leave", ["members.leave"], "✓✓✓✓✓"),
    ("upload bundles", ["bundles.upload"], " ✓✓✓✓"),
    ("create, edit and delete apps and bundles", ["apps.manage"], "  ✓✓✓"),
    (
        "change settings; invite, change and remove members up to admin; read the audit log; manage keys",
        ["organization.update", "members.manage", "audit.read", "keys.manage"],
        "   ✓✓",
    ),
    (
        "grant, change or remove super_admin; delete the organization",
        ["super_admins.manage", "organization.delete"],
        "    ✓",
    ),
    # The contract doesn't mention this; it weakens accounts, so it needs the highest role.
    ("require a second factor, reset a member's", ["second_factor.require"], "    ✓"),
]
REFUSALS = {
    "organization.read": "You cannot access this organization",
    "members.leave": "Insufficient permissions to manage members",
    "bundles.upload": "Insufficient permissions to upload bundles",
    "apps.manage": "Insufficient permissions to manage apps",
    "organization.update": "Admin role required",
    "members.manage": "Insufficient permissions to manage members",
    "audit.read": "Admin role required",
    "keys.manage": "Insufficient permissions to manage API keys",
    "super_admins.manage": "Insufficient permissions to manage members",
    "organization.delete": "Super admin role required",
    "second_factor.require": "Super admin role required",
}
CELLS = [
    (action, role, mark == "✓")
    for _, actions, marks in CONTRACT
    for action in actions
    for role, mark in zip(ORDER.split(" < "), marks, strict=True)
]


def test_the_roles_are_the_five_in_their_order():
    by_rank = sorted(Role, key=lambda role: role.rank)

    assert " < ".join(by_rank) == ORDER


@sweep("action, role, may", CELLS)
def test_each_role_has_the_permissions_of_the_contract(action, role, may):
    assert allows(Role(role), Action(action)) is may


def test_the_contract_names_every_action():
    named = [action for _, actions, _ in CONTRACT for action in actions]

    assert sorted(named) == sorted(Action)
    assert sorted(named) == sorted(RULES)


def test_each_refusal_has_the_text_of_the_contract():
    assert {str(action): rule.refusal for action, rule in RULES.items()} == REFUSALS


def test_each_rule_has_a_label_of_its_own():
    labels = [rule.label for rule in RULES.values()]

    assert len(set(labels)) == len(RULES)
    assert all(labels)


@sweep("action", Action)
def test_outsiders_and_invitees_have_no_permissions(action):
    assert not allows(None, action)
    for role in Role:
        with pytest.raises(ValueError, match="invite_"):
            RULES[action].allows(role.invited)


@sweep("role", Role)
@sweep("ceiling", Role)
def test_permissions_are_those_of_the_lower_of_role_and_ceiling(role, ceiling):
    order = ORDER.split(" < ")
    lowest = order[min(order.index(role), order.index(ceiling))]

    assert lower(role, ceiling) == lowest


@sweep("role", Role)
def test_members_cannot_grant_or_change_a_role_above_their_own(role):
    order = ORDER.split(" < ")
    up_to_own = order[: order.index(role) + 1]

    assert grantable(role) == up_to_own
    assert [other for other in Role if outranks(role, other)] == up_to_own
    assert outranks(role, *map(Role, up_to_own))
    assert outranks(role, Role.READ, Role.SUPER_ADMIN) is (role == "super_admin")


def test_the_page_of_roles_shows_the_same_table(cast):
    answer = cast.api("rita").get("/organization/roles/", orgId=cast.org)

    expected = [
        {"role": role, "may": [str(action) for action in RULES if (str(action), role, True) in CELLS]}
        for role in ORDER.split(" < ")
    ]
    assert answer.get_json() == {"data": expected}
