"""Every request and answer printed in the two documents, over a real connection."""

import pytest

from app.base.permissions import Role
from tests import documents
from tests.documents.scene import account, assert_as_printed

CREATE, READ_ALL, UPDATE = (documents.named("organizations", name) for name in ("PUT", "GET", "POST"))
READ_ONE = documents.named("organizations", "GET", "orgId")
INVITE, LIST, REMOVE = (documents.named("members", name) for name in ("POST", "GET", "DELETE"))

ONE_ORGANIZATION, UPDATED, CREATED = documents.answers("organizations")
INVITED, LISTED, REMOVED = documents.answers("members")

slashes = pytest.mark.parametrize("slash", [True, False], ids=["with slash", "without slash"])


@slashes
def test_one_organization_is_read_as_printed(my_company, slash):
    answer = my_company.send(READ_ONE, my_company.key(my_company.john), slash=slash)

    assert answer.status_code == 200
    assert_as_printed(answer.json(), ONE_ORGANIZATION)
    assert list(answer.json()) == ["data"]
    assert sorted(answer.json()["data"]) == sorted(documents.fields("organizations", "Organization"))
    assert answer.json()["data"]["id"] == my_company.org


@slashes
def test_all_organizations_are_listed_in_the_printed_shape(my_company, slash):
    key = my_company.key(my_company.john)

    listed = my_company.send(READ_ALL, key, slash=slash)

    one = my_company.send(READ_ONE, key).json()["data"]
    assert listed.status_code == 200
    assert one in listed.json()["data"]


@slashes
def test_an_organization_is_updated_as_printed(my_company, slash):
    key = my_company.key(my_company.john)

    answer = my_company.send(UPDATE, key, slash=slash)

    assert answer.status_code == 200
    assert_as_printed(answer.json(), UPDATED)
    assert answer.json()["data"] == my_company.send(READ_ONE, key).json()["data"]


@slashes
def test_an_organization_is_created_as_printed(my_company, slash):
    key = my_company.key(my_company.john)

    answer = my_company.send(CREATE, key, slash=slash)

    assert answer.status_code == 200
    assert_as_printed(answer.json(), CREATED)
    assert answer.json().keys() == CREATED.keys()
    created = [
        one for one in my_company.send(READ_ALL, key).json()["data"] if one["id"] == answer.json()["id"]
    ]
    assert [one["name"] for one in created] == ["New Organization"]


@slashes
def test_a_member_is_added_as_printed(my_company, slash):
    newcomer = account(my_company.served, "newmember")

    answer = my_company.send(INVITE, my_company.key(my_company.john), slash=slash)

    assert answer.status_code == 200
    assert_as_printed(answer.json(), INVITED)
    assert answer.json()["data"].keys() == INVITED["data"].keys()
    assert answer.json()["data"]["uid"] == newcomer.uid


@slashes
def test_members_are_listed_as_printed(my_company, slash):
    portal = my_company.served.portal
    portal.join(my_company.org, account(my_company.served, "jane"), Role.WRITE)
    portal.invite(my_company.org, my_company.john, account(my_company.served, "bob"), Role.READ)
    my_company.make(my_company.john, Role.ADMIN)

    answer = my_company.send(LIST, my_company.key(my_company.john), slash=slash)

    assert answer.status_code == 200
    assert_as_printed(answer.json(), LISTED)
    for member in answer.json()["data"]:
        assert sorted(member) == sorted(documents.fields("members", "Member"))


@slashes
def test_a_member_is_removed_as_printed(my_company, slash):
    user = account(my_company.served, "user")
    my_company.served.portal.join(my_company.org, user, Role.WRITE)

    answer = my_company.send(REMOVE, my_company.key(my_company.john), slash=slash)

    assert answer.status_code == 200
    assert answer.json() == REMOVED
    assert my_company.served.portal.role_of(my_company.org, user) is None


def test_every_printed_request_is_tried():
    printed = documents.requests("organizations") + documents.requests("members")

    assert printed == [READ_ALL, READ_ONE, UPDATE, CREATE, INVITE, LIST, REMOVE]
