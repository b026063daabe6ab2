"""Every error printed in the two documents, over a real connection."""

import pytest

from app.base.permissions import Role
from tests import documents
from tests.documents.scene import account, assert_as_printed

CREATE, READ_ALL, UPDATE = (documents.named("organizations", name) for name in ("PUT", "GET", "POST"))
INVITE, REMOVE = (documents.named("members", name) for name in ("POST", "DELETE"))


def unknown_key(scene):
    return scene.send(READ_ALL, documents.PRINTED_KEY)


def nameless_organization(scene):
    return scene.send(CREATE, scene.key(scene.john), name="")


def update_by_a_writer(scene):
    scene.make(scene.john, Role.WRITE)
    return scene.send(UPDATE, scene.key(scene.john))


def removal_of_a_stranger(scene):
    return scene.send(REMOVE, scene.key(scene.john))


def invitation_to_an_unknown_role(scene):
    return scene.send(INVITE, scene.key(scene.john), role="owner")


def invitation_by_a_writer(scene):
    scene.make(scene.john, Role.WRITE)
    return scene.send(INVITE, scene.key(scene.john))


def removal_of_the_last_admin(scene):
    return scene.send(REMOVE, scene.key(scene.john), email="john@example.com")


def invitation_to_no_address(scene):
    return scene.send(INVITE, scene.key(scene.john), email="newmember.example.com")


def invitation_of_an_invitee(scene):
    account(scene.served, "newmember")
    assert scene.send(INVITE, scene.key(scene.john)).status_code == 200
    return scene.send(INVITE, scene.key(scene.john))


REFUSED = {
    "Invalid API key": (401, unknown_key),
    "Name is required": (400, nameless_organization),
    "Admin role required": (403, update_by_a_writer),
    "Member not found": (404, removal_of_a_stranger),
    "Invalid role specified": (400, invitation_to_an_unknown_role),
    "Insufficient permissions to manage members": (403, invitation_by_a_writer),
    "Cannot remove the last admin from the organization": (409, removal_of_the_last_admin),
    "Invalid email format": (400, invitation_to_no_address),
    "Member already exists in organization": (409, invitation_of_an_invitee),
}
PRINTED_ERRORS = [*documents.errors("organizations"), *documents.errors("members")]


@pytest.mark.parametrize("printed", PRINTED_ERRORS, ids=[printed["error"] for printed in PRINTED_ERRORS])
def test_a_refusal_has_the_printed_text(my_company, printed):
    status, attempt = REFUSED[printed["error"]]

    answer = attempt(my_company)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert_as_printed(answer.json(), printed)
    assert answer.json().keys() <= {"error", "status", "message", "field", "code"}


def test_every_printed_error_is_tried():
    assert len(PRINTED_ERRORS) == 9
    assert {printed["error"] for printed in PRINTED_ERRORS} == REFUSED.keys()
