"""A backup is restorable with every state of super admins that the portal can get into.

Decision 0135 allows two ways to an organization whose only super admin has yet to set up a required second
factor. `test_hostile_backups.py` refuses the states that no portal gets into.
"""

import pytest

from app.base.permissions import Role
from tests.support.commands import CommandLine
from tests.support.portal import PASSWORD, Person, Portal
from tests.support.second_factors import SECURITY, set_up_app

pytestmark = pytest.mark.short

POLICY = "/organization/security/"
NEW_PASSWORD = "another horse battery"


@pytest.fixture
def portal(crewroom):
    crewroom.install()
    portal = crewroom.portal()
    yield portal
    portal.close()


def requiring(portal: Portal, leader: Person) -> str:
    """Create an organization that requires a second factor, which only `leader` has; return its id."""
    org = portal.organization(leader)
    set_up_app(portal.browser(leader))
    required = portal.api(portal.key(leader)).post(POLICY, orgId=org, required=True, deadline_days=30)
    assert required.status_code == 200, required.text
    return org


def restored(crewroom: CommandLine, folder) -> Portal:
    crewroom.done("backup", str(folder / "backup.tar"))
    other = CommandLine(folder / "other")
    other.done("restore", str(folder / "backup.tar"))
    return other.portal()


def reset_by_the_operator(crewroom: CommandLine, leader: Person) -> str:
    crewroom.done("user", "reset-factors", leader.email, "--last-super-admin")
    return PASSWORD


def reclaimed_from_a_stranger(crewroom: CommandLine, leader: Person) -> str:
    crewroom.done("user", "set-password", leader.email, "--password-stdin", given=f"{NEW_PASSWORD}\n")
    return NEW_PASSWORD


@pytest.mark.parametrize("loses_factor", [reset_by_the_operator, reclaimed_from_a_stranger])
def test_an_organization_whose_only_super_admin_owes_a_factor_is_restored(
    portal, crewroom, tmp_path, loses_factor
):
    alice = portal.person("Alice", confirmed=loses_factor is reset_by_the_operator)
    org = requiring(portal, alice)
    password = loses_factor(crewroom, alice)

    copy = restored(crewroom, tmp_path)

    browser = copy.browser()
    browser.log_in(alice.email, password)
    assert browser.json("GET", SECURITY).get_json()["data"]["factors"] == []
    assert copy.role_of(org, alice) == "super_admin"
    copy.close()


def test_a_second_super_admin_without_a_factor_is_restored(portal, crewroom, tmp_path):
    alice, charlie = portal.person("Alice"), portal.person("Charlie")
    org = requiring(portal, alice)
    portal.join(org, charlie, Role.SUPER_ADMIN)

    copy = restored(crewroom, tmp_path)

    assert (copy.role_of(org, alice), copy.role_of(org, charlie)) == ("super_admin", "super_admin")
    copy.close()
