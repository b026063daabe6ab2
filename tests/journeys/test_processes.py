"""Two processes on one database: what one revokes, the other refuses at the very next request."""

import pytest

from tests.support.serving import PASSWORD, Served

pytestmark = pytest.mark.short


@pytest.fixture
def team(processes):
    """Return Alice's organization, with Bob as a member."""
    first, _ = processes
    alice, bob = (first.person(f"{name}{free_number()}@crew.test") for name in ("alice", "bob"))
    with first.client(alice) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
    return alice, bob, org


_numbers = iter(range(10_000))


def free_number() -> int:
    return next(_numbers)


def address_of(server: Served, key: str) -> str:
    with server.client(key) as client:
        return str(client.get("/account/").json()["data"]["email"])


def join(server: Served, alice: str, bob: str, org: str):
    """Invite Bob and accept; return his session, opened in this process."""
    address = address_of(server, bob)
    with server.client(alice) as client:
        invited = client.post(
            "/organization/members/", json={"orgId": org, "email": address, "role": "write"}
        )
        assert invited.status_code == 200
    session = server.log_in(address)
    assert session.post("/invitation/", json={"orgId": org}).status_code == 200
    return session, address


def test_removed_member_is_refused_by_the_other_process_immediately(processes, team):
    first, second = processes
    alice, bob, org = team
    session, address = join(second, alice, bob, org)
    members = {"params": {"orgId": org}}
    with second.client(bob) as by_key:
        assert by_key.get("/organization/members/", **members).status_code == 200
        assert session.get("/organization/members/", **members).status_code == 200

        with first.client(alice) as owner:
            removed = owner.request("DELETE", "/organization/members/", json={"orgId": org, "email": address})
        assert removed.status_code == 200

        assert by_key.get("/organization/members/", **members).status_code == 403
        assert session.get("/organization/members/", **members).status_code == 403


def test_revoked_key_is_refused_by_the_other_process_immediately(processes, team):
    first, second = processes
    _, bob, _ = team
    with second.client(bob) as by_key:
        (key,) = by_key.get("/apikey/").json()["data"]
        assert first.run("key", "revoke", key["id"]).returncode == 0

        assert by_key.get("/apikey/").status_code == 401


def test_ended_session_is_refused_by_the_other_process_immediately(processes, team):
    first, second = processes
    _, bob, _ = team
    session = first.log_in(address_of(first, bob))
    elsewhere = second.client()
    elsewhere.cookies.update(session.cookies)
    assert elsewhere.get("/organization/").status_code == 200

    assert session.post("/logout/").status_code == 200

    assert elsewhere.get("/organization/").status_code == 401


def test_demoted_member_is_refused_by_the_other_process_immediately(processes, team):
    first, second = processes
    alice, bob, org = team
    session, address = join(second, alice, bob, org)
    change_role(first, alice, org, address, "admin")
    wanted = {"json": {"orgId": org, "email": "nobody@crew.test", "role": "read"}}
    with second.client(bob) as by_key:
        assert by_key.post("/organization/members/", **wanted).status_code == 404
        assert session.post("/organization/members/", **wanted).status_code == 404

        change_role(first, alice, org, address, "read")

        assert by_key.post("/organization/members/", **wanted).status_code == 403
        assert session.post("/organization/members/", **wanted).status_code == 403
        assert by_key.get("/organization/members/", params={"orgId": org}).status_code == 200


def change_role(server: Served, alice: str, org: str, address: str, role: str) -> None:
    with server.client(alice) as owner:
        body = {"orgId": org, "email": address, "role": role}
        assert owner.post("/organization/members/", json=body).status_code == 200


def test_changed_password_ends_sessions_in_the_other_process_immediately(processes, team):
    """Keys keep working: people who change a password are told so, and can revoke their keys."""
    first, second = processes
    _, bob, _ = team
    address = address_of(first, bob)
    session, elsewhere = first.log_in(address), second.log_in(address)
    body = {"current_password": PASSWORD, "password": "plums in the icebox"}
    assert elsewhere.get("/organization/").status_code == 200

    assert session.post("/account/password/", json=body).status_code == 200

    assert elsewhere.get("/organization/").status_code == 401
    assert session.get("/organization/").status_code == 200
    with second.client(bob) as by_key:
        assert by_key.get("/organization/").status_code == 200


def test_session_ended_from_the_list_is_refused_by_the_other_process(processes, team):
    first, second = processes
    _, bob, _ = team
    address = address_of(first, bob)
    session, elsewhere = first.log_in(address), second.log_in(address)

    ended = session.request("DELETE", "/account/sessions/", json={"others": "1"})

    assert ended.status_code == 200
    assert elsewhere.get("/organization/").status_code == 401


def test_disabled_account_is_refused_by_the_other_process_immediately(processes, team):
    first, second = processes
    _, bob, _ = team
    address = address_of(first, bob)
    session = second.log_in(address)
    with second.client(bob) as by_key:
        assert by_key.get("/organization/").status_code == 200

        assert first.run("user", "disable", address).returncode == 0

        assert by_key.get("/organization/").status_code == 401
        assert session.get("/organization/").status_code == 401
