"""Races about an invitation: it is answered once, and whatever ended it first is final."""

import pytest

from tests.support.races import ROUNDS, Race, limited_time

pytestmark = limited_time

LINK = "/invitation/accept/"


def test_accepting_an_invitation_that_is_being_cancelled(race):
    for _ in range(ROUNDS):
        assert race.post(race.ada, race.bob, "write").status_code == 200

        accepted, cancelled = race.run(lambda: race.accept(race.bob), lambda: race.delete(race.ada, race.bob))

        # In either order the removal wins: it removes the invitation or the new member.
        assert cancelled == 200
        assert accepted in {200, 404}
        assert race.roles() == {race.ada.email: "super_admin"}


def test_accepting_twice_makes_one_member(race):
    for _ in range(ROUNDS):
        assert race.post(race.ada, race.bob, "write").status_code == 200

        answers = race.run(lambda: race.accept(race.bob), lambda: race.accept(race.bob))

        assert sorted(answers) == [200, 409]
        assert race.roles() == {race.ada.email: "super_admin", race.bob.email: "write"}
        assert race.delete(race.ada, race.bob).status_code == 200


def test_accepting_and_declining_at_once(race):
    for _ in range(ROUNDS):
        assert race.post(race.ada, race.bob, "write").status_code == 200

        answers = race.run(
            lambda: race.accept(race.bob),
            lambda: race.bob.portal.request("DELETE", "/invitation/", json={"orgId": race.org}),
        )

        joined = {race.bob.email: "write"} if answers[0] == 200 else {}
        assert answers in {(200, 409), (404, 200)}
        assert race.roles() == {race.ada.email: "super_admin", **joined}
        race.delete(race.ada, race.bob)


def test_inviting_twice_makes_one_invitation(race):
    for _ in range(ROUNDS):
        answers = race.run(
            lambda: race.post(race.ada, race.bob, "write"), lambda: race.post(race.ada, race.bob, "write")
        )

        assert sorted(answers) == [200, 409]
        assert race.roles() == {race.ada.email: "super_admin", race.bob.email: "invite_write"}
        offers = race.bob.portal.get("/invitation/").json()["data"]
        assert [offer["orgId"] for offer in offers] == [race.org]
        assert race.delete(race.ada, race.bob).status_code == 200


def test_inviting_to_two_roles_leaves_the_later_one(race):
    for _ in range(ROUNDS):
        answers = race.run(
            lambda: race.post(race.ada, race.bob, "write"), lambda: race.post(race.ada, race.bob, "read")
        )

        offers = race.bob.portal.get("/invitation/").json()["data"]
        assert answers == (200, 200)
        assert [f"invite_{offer['role']}" for offer in offers] == [race.roles()[race.bob.email]]
        assert race.delete(race.ada, race.bob).status_code == 200


@pytest.mark.parametrize("way", ["POST", "DELETE"])
def test_answering_by_a_link_that_is_being_replaced(race, way):
    """The old link either came in time or no longer works: it never answers the new invitation."""
    for _ in range(ROUNDS):
        token = invite_bob(race)

        answered, invited_again = race.run(
            lambda: race.bob.portal.request(way, LINK, json={"token": token}),  # noqa: B023 - called within the loop
            lambda: race.post(race.ada, race.bob, "read"),
        )

        assert invited_again == 200
        assert answered in {200, 410}
        in_time = {"POST": "read", "DELETE": "invite_read"}[way]
        assert race.roles()[race.bob.email] == (in_time if answered == 200 else "invite_read")
        assert race.delete(race.ada, race.bob).status_code == 200


def test_accepting_while_the_organization_is_being_deleted(race):
    for _ in range(ROUNDS):
        body = {"orgId": race.org, "name": "Race"}
        assert race.post(race.ada, race.bob, "write").status_code == 200

        accepted, deleted = race.run(
            lambda: race.accept(race.bob),
            lambda: race.ada.program.request("DELETE", "/organization/", json=body),  # noqa: B023 - called within the loop
        )

        assert (deleted, accepted) in {(200, 200), (200, 404)}
        assert race.bob.program.get("/organization/").json() == {"data": []}
        race.org = race.ada.program.put("/organization/", json={"name": "Race"}).json()["id"]


def invite_bob(race: Race) -> str:
    """Invite Bob to write; return the token of his link, computed as for the mail."""
    from sqlalchemy import select

    from app.models import Invitation, InvitationState
    from app.text import links

    assert race.post(race.ada, race.bob, "write").status_code == 200
    with race.portal.database.reading() as db:
        wanted = select(Invitation.id).where(
            Invitation.organization_id == race.org, Invitation.state == InvitationState.OPEN
        )
        found = db.scalars(wanted).one()
        return links.secret(race.portal.config, links.Purpose.INVITATION, found)
