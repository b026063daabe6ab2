"""Races between a check and its change: an actor who loses the right in between leaves nothing behind."""

from tests.support.races import MEMBERS, ROUNDS, Contender, Race, limited_time

pytestmark = limited_time


def test_inviting_while_being_demoted(race):
    for _ in range(ROUNDS):
        race.join(race.bob, "admin")

        invited, demoted = race.run(
            lambda: race.post(race.bob, race.carl, "write"), lambda: race.post(race.ada, race.bob, "read")
        )

        # Bob may not grant write any more: his invitation is refused, or cancelled with his demotion.
        assert demoted == 200
        assert invited in {200, 403}
        assert race.roles() == {race.ada.email: "super_admin", race.bob.email: "read"}


def test_inviting_while_being_removed(race):
    for _ in range(ROUNDS):
        race.join(race.bob, "admin")

        invited, removed = race.run(
            lambda: race.post(race.bob, race.carl, "read"), lambda: race.delete(race.ada, race.bob)
        )

        assert removed == 200
        assert invited in {200, 403}
        assert race.roles() == {race.ada.email: "super_admin"}


def test_removing_a_member_who_is_being_promoted(race):
    for _ in range(ROUNDS):
        race.join(race.bob, "admin")
        race.join(race.carl, "admin")

        removed, raised = race.run(
            lambda: race.delete(race.bob, race.carl), lambda: race.post(race.ada, race.carl, "super_admin")
        )

        # If Carl was removed first, he is invited again; if promoted first, Bob may not remove him.
        assert raised == 200
        assert race.roles()[race.carl.email] == ("invite_super_admin" if removed == 200 else "super_admin")
        assert removed in {200, 403}
        assert race.delete(race.ada, race.carl).status_code == 200


def test_making_a_limited_key_while_being_removed(race):
    for _ in range(ROUNDS):
        race.join(race.bob, "write")
        made, removed = race.run(lambda: make_key(race, race.bob), lambda: race.delete(race.ada, race.bob))

        assert removed == 200
        assert made in {200, 403}
        assert keys_of(race.bob) == []


def test_changing_a_limited_key_while_being_removed(race):
    changes = (
        {"regenerate": True, "expires_in_days": 5},
        {"name": "another"},
    )
    for number in range(ROUNDS):
        race.join(race.bob, "write")
        key = make_key(race, race.bob).json()["data"]
        body = {"id": key["id"], **changes[number % 2]}

        changed, removed = race.run(
            lambda: race.bob.portal.put("/apikey/", json=body),  # noqa: B023 - called within the loop
            lambda: race.delete(race.ada, race.bob),
        )

        assert removed == 200
        assert changed in {200, 404}
        assert keys_of(race.bob) == []


def test_revoking_a_limited_key_while_being_removed(race):
    for _ in range(ROUNDS):
        race.join(race.bob, "write")
        key = make_key(race, race.bob).json()["data"]

        revoked, removed = race.run(
            lambda: race.bob.portal.delete(f"/apikey/{key['id']}"),  # noqa: B023 - called within the loop
            lambda: race.delete(race.ada, race.bob),
        )

        assert removed == 200
        assert revoked in {200, 404}


def test_using_a_limited_key_while_being_removed(race):
    for _ in range(ROUNDS):
        race.join(race.bob, "write")
        key = make_key(race, race.bob).json()["data"]["key"]
        with race.served.client(key) as program:
            used, removed = race.run(
                lambda: program.get(MEMBERS, params={"orgId": race.org}),
                lambda: race.delete(race.ada, race.bob),
            )

            assert removed == 200
            assert used in {200, 401, 403}
            assert program.get(MEMBERS, params={"orgId": race.org}).status_code == 401


def make_key(race: Race, contender: Contender):
    """Create a key limited to the organization."""
    return contender.portal.post(
        "/apikey/", json={"name": "limited", "role": "write", "org_id": race.org, "expires_in_days": 30}
    )


def keys_of(contender: Contender) -> list[object]:
    """Return the limited keys that a person still has."""
    listed = contender.portal.get("/apikey/").json()["data"]
    return [key for key in listed if key["org_id"]]
