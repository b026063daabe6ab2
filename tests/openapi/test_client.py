"""A client generated from the specification, used against a real server."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.serving import CREWROOM, Served

GENERATOR = Path(sys.executable).with_name("openapi-python-client")
RUFF = Path(sys.executable).with_name("ruff")
NAME = "crewroom_client"
# The generator forgets an import that only annotations need, so they must not be evaluated.
LAZY = (
    f"""{RUFF} check . --quiet --fix --isolated --select I002 """
    """--config 'lint.isort.required-imports=["from __future__ import annotations"]'"""
)


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """Return the modules of the client by name; the generator must accept the whole specification."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "settings.json").write_text(f'{{"post_hooks": [{json.dumps(LAZY)}]}}')
    written = subprocess.run([CREWROOM, "openapi"], cwd=folder, check=True, capture_output=True)
    (folder / "openapi.json").write_bytes(written.stdout)
    options = ("--path", "openapi.json", "--config", "settings.json", "--meta", "none")
    generator = subprocess.run(
        [str(GENERATOR), "generate", *options, "--output-path", NAME, "--fail-on-warning"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert generator.returncode == 0, generator.stdout + generator.stderr
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"{NAME}.{name}")
    sys.path.remove(str(folder))


@pytest.mark.long
def test_every_module_of_the_client_can_be_imported(generated):
    folder = Path(generated("client").__file__).parent
    modules = [path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py")]

    imported = [generated(".".join(module.parts)) for module in modules if module.name != "__init__"]

    assert len(imported) > 100


@pytest.mark.long
def test_a_generated_client_creates_a_team(generated, served: Served):
    models, organizations, members = generated("models"), "api.organizations", "api.members"
    client = client_of(generated, served, served.person("gwen@crew.test", "Gwen"))
    served.person("gil@crew.test", "Gil")

    created = call(
        generated, f"{organizations}.organizations_create", client, models.OrganizationCreate("Guild")
    )
    invitation = models.MemberInvite(created.id, "gil@crew.test", models.MemberInviteRole.WRITE)
    invited = call(generated, f"{members}.members_invite", client, invitation)
    again = call(generated, f"{members}.members_invite", client, invitation)
    listed = generated(f"{members}.members_index").sync(client=client, org_id=created.id)
    found = generated(f"{organizations}.organizations_index").sync(client=client, org_id=created.id)

    assert created.status == "Organization created"
    assert (invited.status, invited.data.role.value) == ("OK", "invite_write")
    assert (again.error, again.status) == ("Member already exists in organization", "KO")
    assert [member.email for member in listed.data] == ["gwen@crew.test", "gil@crew.test"]
    assert (found.data.id, found.data.name, found.data.logo) == (created.id, "Guild", None)


@pytest.mark.long
def test_a_generated_client_reads_refusals(generated, served: Served):
    models = generated("models")
    invalid = client_of(generated, served, "crew_unknown")
    client = client_of(generated, served, served.person("gus@crew.test", "Gus"))
    invitation = models.MemberInvite("org_unknown", "gus@crew.test", models.MemberInviteRole.READ)

    unknown = call(
        generated, "api.organizations.organizations_create", invalid, models.OrganizationCreate("No")
    )
    blank = call(generated, "api.organizations.organizations_create", client, models.OrganizationCreate(""))
    closed = call(generated, "api.members.members_invite", client, invitation)

    assert (unknown.error, unknown.status) == ("Invalid API key", "KO")
    assert (blank.error, blank.field) == ("Name is required", "name")
    assert closed.error == "Insufficient permissions to manage members"


@pytest.mark.long
def test_a_generated_client_uploads_a_bundle(generated, served: Served, tmp_path):
    models, types = generated("models"), generated("types")
    client = client_of(generated, served, served.person("gail@crew.test", "Gail"))
    organization = call(
        generated, "api.organizations.organizations_create", client, models.OrganizationCreate("Guild")
    )
    app = call(generated, "api.apps.apps_create", client, models.AppCreate(organization.id, "Shop")).data
    (tmp_path / "shop.zip").write_bytes(b"a bundle")

    with (tmp_path / "shop.zip").open("rb") as file:
        sent = models.BundlesUploadBody(app.id, "1.0.0", types.File(file, "shop.zip"))
        uploaded = call(generated, "api.bundles.bundles_upload", client, sent).data

    assert (uploaded.version, uploaded.size, uploaded.filename) == ("1.0.0", 8, "shop.zip")


def client_of(generated, served: Served, key: str):
    """Return a client with a key as `Bearer`, the way the generator intends."""
    return generated("client").AuthenticatedClient(served.url, key)


def call(generated, operation: str, client, body):
    """Call an operation that has a body; return its answer, whatever it is."""
    return generated(operation).sync(client=client, body=body)
