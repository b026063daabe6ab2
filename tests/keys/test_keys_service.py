"""Keys managed by the operator: on the command line, and in the service it calls."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from app.base.errors import InvalidInput, OperatorError
from app.base.permissions import Role
from app.cli import main
from app.models import KeyPolicy, User
from app.services.keys import keys


@pytest.fixture
def run(cast, monkeypatch):
    monkeypatch.setenv("CREWROOM_INSTANCE", str(cast.portal.config.instance))
    return lambda *arguments: CliRunner().invoke(main, ["key", *arguments])


def test_operator_creates_lists_and_revokes_keys(cast, run):
    created = run("create", cast.rita.email, "--name", "ci", "--role", "write", "--expires-in-days", "9")

    secret = created.stdout.strip()
    assert cast.portal.api(secret).get("/organization/").status_code == 200
    identifier, *line = run("list").stdout.strip().split("\t")
    assert line == [cast.rita.email, secret[:12], "write", "every organization", "ci"]
    assert run("revoke", identifier).stdout == f"{identifier} is revoked\n"
    assert cast.portal.api(secret).get("/organization/").status_code == 401
    assert run("list").stdout == ""
    again = run("revoke", identifier)
    assert (again.exit_code, again.stderr) == (1, "Error: API key not found.\n")
    assert [(entry.actor_id, entry.after) for entry in cast.portal.audit("key.revoked")] == [(None, None)]


@pytest.mark.parametrize("name", ["charlie", "ivy"])
def test_operator_can_only_limit_a_key_to_an_organization_of_its_owner(cast, name):
    with cast.portal.writing() as db:
        owner = db.get_one(User, getattr(cast, name).uid)
        with pytest.raises(OperatorError):
            keys.create(owner, name="ci", organization_id=cast.org)


def test_operator_is_bound_by_the_organizations_key_policy(cast):
    with cast.portal.writing() as db:
        db.add(KeyPolicy(organization_id=cast.org, max_days=30, expiry_required=False))
        db.flush()
        owner = db.get_one(User, cast.rita.uid)

        with pytest.raises(InvalidInput):
            keys.create(owner, name="ci", organization_id=cast.org)
        key, _ = keys.create(
            owner, name="ci", role=Role.READ, organization_id=cast.org, lifetime=timedelta(days=30)
        )

        assert key.organization_id == cast.org
