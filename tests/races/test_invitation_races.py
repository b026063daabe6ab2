"""Races about an invitation: it is answered once, and what ended it first holds."""

import pytest

from tests.support.race import ROUNDS, Ring, limited_time

pytestmark = limited_time

LINK = "/invitation/accept/"


def test_accepting_an_invitation_that_is_being_cancelled(ring):
    for _ in range(ROUNDS):
        assert ring.post(ring.ada, ring.bob, "write").status_code == 200

        accepted, cancelled = ring.race(
            lambda: ring.accept(ring.bob), lambda: ring.delete(ring.ada, ring.bob)
        )

        # Whoever comes first, the removal holds: of the invitation, or of the new member.
        assert cancelled == 200
        assert accepted in {200, 404}
        assert ring.roles() == {ring.ada.email: "super_admin"}


def test_accepting_twice_makes_one_member(ring):
    for _ in range(ROUNDS):
        assert ring.post(ring.ada, ring.bob, "write").status_code == 200

        answers = ring.race(lambda: ring.accept(ring.bob), lambda: ring.accept(ring.bob))

        assert sorted(answers) == [200, 409]
        assert ring.roles() == {ring.ada.email: "super_admin", ring.bob.email: "write"}
        assert ring.delete(ring.ada, ring.bob).status_code == 200


def test_accepting_and_declining_at_once(ring):
    for _ in range(ROUNDS):
        assert ring.post(ring.ada, ring.bob, "write").status_code == 200

        answers = ring.race(
            lambda: ring.accept(ring.bob),
            lambda: ring.bob.portal.request("DELETE", "/invitation/", json={"orgId": ring.org}),
        )

        joined = {ring.bob.email: "write"} if answers[0] == 200 else {}
        assert answers in {(200, 409), (404, 200)}
        assert ring.roles() == {ring.ada.email: "super_admin", **joined}
        ring.delete(ring.ada, ring.bob)


def test_inviting_twice_makes_one_invitation(ring):
    for _ in range(ROUNDS):
        answers = ring.race(
            lambda: ring.post(ring.ada, ring.bob, "write"), lambda: ring.post(ring.ada, ring.bob, "write")
        )

        assert sorted(answers) == [200, 409]
        assert ring.roles() == {ring.ada.email: "super_admin", ring.bob.email: "invite_write"}
        offers = ring.bob.portal.get("/invitation/").json()["data"]
        assert [offer["orgId"] for offer in offers] == [ring.org]
        assert ring.delete(ring.ada, ring.bob).status_code == 200


def test_inviting_to_two_roles_leaves_the_later_one(ring):
    for _ in range(ROUNDS):
        answers = ring.race(
            lambda: ring.post(ring.ada, ring.bob, "write"), lambda: ring.post(ring.ada, ring.bob, "read")
        )

        offers = ring.bob.portal.get("/invitation/").json()["data"]
        assert answers == (200, 200)
        assert [f"invite_{offer['role']}" for offer in offers] == [ring.roles()[ring.bob.email]]
        assert ring.delete(ring.ada, ring.bob).status_code == 200


@pytest.mark.parametrize("way", ["POST", "DELETE"])
def test_link_that_is_being_replaced(ring, way):
    """The old link either came in time, or is dead: it never answers the invitation that replaced it."""
    for _ in range(ROUNDS):
        token = invited(ring)

        answered, invited_again = ring.race(
            lambda: ring.bob.portal.request(way, LINK, json={"token": token}),  # noqa: B023 - done at once
            lambda: ring.post(ring.ada, ring.bob, "read"),
        )

        assert invited_again == 200
        assert answered in {200, 410}
        in_time = {"POST": "read", "DELETE": "invite_read"}[way]
        assert ring.roles()[ring.bob.email] == (in_time if answered == 200 else "invite_read")
        assert ring.delete(ring.ada, ring.bob).status_code == 200


def test_organization_that_is_deleted_under_an_invitee(ring):
    for _ in range(ROUNDS):
        body = {"orgId": ring.org, "name": "Ring"}
        assert ring.post(ring.ada, ring.bob, "write").status_code == 200

        accepted, deleted = ring.race(
            lambda: ring.accept(ring.bob),
            lambda: ring.ada.program.request("DELETE", "/organization/", json=body),  # noqa: B023 - done at once
        )

        assert (deleted, accepted) in {(200, 200), (200, 404)}
        assert ring.bob.program.get("/organization/").json() == {"data": []}
        ring.org = ring.ada.program.put("/organization/", json={"name": "Ring"}).json()["id"]


def invited(ring: Ring) -> str:
    """Invite Bob to write; return the token of his link, read where the mail would get it."""
    from sqlalchemy import select

    from app.models import Invitation, InvitationState
    from app.text import links

    assert ring.post(ring.ada, ring.bob, "write").status_code == 200
    with ring.portal.database.reading() as db:
        wanted = select(Invitation.id).where(
            Invitation.organization_id == ring.org, Invitation.state == InvitationState.OPEN
        )
        found = db.scalars(wanted).one()
        return links.secret(ring.portal.config, links.Purpose.INVITATION, found)
