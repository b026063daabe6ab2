"""Races between a check and its deed: whoever loses the right meanwhile leaves nothing behind."""

from tests.support.race import MEMBERS, ROUNDS, Player, Ring, limited_time

pytestmark = limited_time


def test_inviting_while_being_demoted(ring):
    for _ in range(ROUNDS):
        ring.join(ring.bob, "admin")

        invited, demoted = ring.race(
            lambda: ring.post(ring.bob, ring.carl, "write"), lambda: ring.post(ring.ada, ring.bob, "read")
        )

        # What Bob offered he could not grant any more: it is refused, or cancelled with his demotion.
        assert demoted == 200
        assert invited in {200, 403}
        assert ring.roles() == {ring.ada.email: "super_admin", ring.bob.email: "read"}


def test_inviting_while_being_removed(ring):
    for _ in range(ROUNDS):
        ring.join(ring.bob, "admin")

        invited, removed = ring.race(
            lambda: ring.post(ring.bob, ring.carl, "read"), lambda: ring.delete(ring.ada, ring.bob)
        )

        assert removed == 200
        assert invited in {200, 403}
        assert ring.roles() == {ring.ada.email: "super_admin"}


def test_removing_somebody_who_rises(ring):
    for _ in range(ROUNDS):
        ring.join(ring.bob, "admin")
        ring.join(ring.carl, "admin")

        removed, raised = ring.race(
            lambda: ring.delete(ring.bob, ring.carl), lambda: ring.post(ring.ada, ring.carl, "super_admin")
        )

        # Removed before, Carl is invited anew; raised before, Bob may not touch him.
        assert raised == 200
        assert ring.roles()[ring.carl.email] == ("invite_super_admin" if removed == 200 else "super_admin")
        assert removed in {200, 403}
        assert ring.delete(ring.ada, ring.carl).status_code == 200


def test_making_a_limited_key_while_being_removed(ring):
    for _ in range(ROUNDS):
        ring.join(ring.bob, "write")
        made, removed = ring.race(lambda: make_key(ring, ring.bob), lambda: ring.delete(ring.ada, ring.bob))

        assert removed == 200
        assert made in {200, 403}
        assert keys_of(ring.bob) == []


def test_changing_a_limited_key_while_being_removed(ring):
    changes = (
        {"regenerate": True, "expires_in_days": 5},
        {"name": "another"},
    )
    for turn in range(ROUNDS):
        ring.join(ring.bob, "write")
        key = make_key(ring, ring.bob).json()["data"]
        body = {"id": key["id"], **changes[turn % 2]}

        changed, removed = ring.race(
            lambda: ring.bob.portal.put("/apikey/", json=body),  # noqa: B023 - done at once
            lambda: ring.delete(ring.ada, ring.bob),
        )

        assert removed == 200
        assert changed in {200, 404}
        assert keys_of(ring.bob) == []


def test_revoking_a_limited_key_while_being_removed(ring):
    for _ in range(ROUNDS):
        ring.join(ring.bob, "write")
        key = make_key(ring, ring.bob).json()["data"]

        revoked, removed = ring.race(
            lambda: ring.bob.portal.delete(f"/apikey/{key['id']}"),  # noqa: B023 - done at once
            lambda: ring.delete(ring.ada, ring.bob),
        )

        assert removed == 200
        assert revoked in {200, 404}


def test_using_a_limited_key_while_being_removed(ring):
    for _ in range(ROUNDS):
        ring.join(ring.bob, "write")
        key = make_key(ring, ring.bob).json()["data"]["key"]
        with ring.served.client(key) as program:
            used, removed = ring.race(
                lambda: program.get(MEMBERS, params={"orgId": ring.org}),
                lambda: ring.delete(ring.ada, ring.bob),
            )

            assert removed == 200
            assert used in {200, 401, 403}
            assert program.get(MEMBERS, params={"orgId": ring.org}).status_code == 401


def make_key(ring: Ring, player: Player):
    """Make a key of somebody that is limited to the organization."""
    return player.portal.post(
        "/apikey/", json={"name": "limited", "role": "write", "org_id": ring.org, "expires_in_days": 30}
    )


def keys_of(player: Player) -> list[object]:
    """The limited keys that somebody still has."""
    listed = player.portal.get("/apikey/").json()["data"]
    return [key for key in listed if key["org_id"]]
