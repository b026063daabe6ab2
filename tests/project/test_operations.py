"""docs/operations.md: its commands run as printed, and everything it names exists."""

import re
import shutil
import subprocess
import tarfile

import click
import pytest
from click.testing import CliRunner

from app.base import config
from app.base.permissions import Role
from app.cli import main
from tests.support import documented_commands
from tests.support.databases import only_sqlite
from tests.support.documented_commands import ACCOUNT, ROOT, json_in
from tests.support.serving import CREWROOM, Served
from tests.support.sweeping import sweep

PAGE = (ROOT / "docs" / "operations.md").read_text()
COMMANDS = re.findall(r"crewroom ((?!\[)[a-z][a-z -]*)", re.sub(r"```nginx.*?```", "", PAGE, flags=re.DOTALL))


pytestmark = pytest.mark.timeout(180)  # the page prints many commands, each a separate process


@pytest.fixture
def running(tmp_path):
    """Return a running portal."""
    server = Served(tmp_path / "instance")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def ada(running):
    return running.portal.person("Ada", ACCOUNT)


@pytest.mark.long
@only_sqlite("the page restores into a second folder, which needs another database")
def test_the_commands_run_as_printed(running, ada, tmp_path):
    org = running.portal.organization(ada)
    grace = running.portal.person("Grace", "grace@example.com")
    running.portal.join(org, grace, Role.READ)

    ran = documented_commands.run("\n".join(documented_commands.blocks(PAGE)), running, tmp_path, ORG=org)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "chains: whole" in ran.stdout
    assert [
        answer for answer in json_in(ran.stdout[ran.stdout.index('{"data"') :]) if "error" in answer
    ] == []
    assert running.portal.role_of(org, grace) == "super_admin"
    assert {"key.created", "member.role_changed", "key.revoked"} <= {
        one.action for one in running.portal.audit()
    }
    assert (tmp_path / "secret_key").read_bytes() == (running.instance / "secret_key").read_bytes()
    assert "rescue" not in running.run("key", "list").stdout
    assert not (tmp_path / "rehearsal").exists()


@pytest.mark.long
def test_the_line_for_cron_makes_a_backup(running, ada, tmp_path):
    (line,) = documented_commands.blocks(PAGE, "cron")
    command = line.split(maxsplit=5)[5].replace("\\%", "%").replace("/var/backups/crewroom", ".")

    ran = documented_commands.run(command, running, tmp_path)

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    (made,) = tmp_path.glob("crewroom-*.tar")
    with tarfile.open(made) as archive:
        assert "manifest.json" in archive.getnames()


@sweep("written", sorted({command.strip() for command in COMMANDS}))
def test_each_command_it_names_exists(written):
    words = [word for word in written.split() if not word.startswith("-")]
    command = main.get_command(click.Context(main), words[0])

    assert command is not None, written
    subcommands = getattr(command, "commands", {})
    assert not subcommands or words[1] in subcommands


def test_each_option_it_names_exists():
    helps = "".join(
        CliRunner().invoke(main, [*path, "--help"]).stdout
        for path in (
            ["restore"],
            ["check"],
            ["serve"],
            ["audit", "verify"],
            ["key", "create"],
            ["user", "log-out"],
            ["user", "reset-factors"],
            ["user", "set-password"],
            ["secret-key", "rotate"],
        )
    )

    ours = re.sub(r"<!-- root -->.*?```\n.*?```", "", PAGE, flags=re.DOTALL)  # options of other programs
    named = set(re.findall(r"(?<=[\s`])--[a-z-]+", ours))

    assert named >= {"--replace", "--accept-broken-record", "--workers"}
    assert {option for option in named if option not in helps} == set()


def test_each_setting_it_names_exists():
    assert set(re.findall(r"CREWROOM_[A-Z_]+(?![*A-Z_])", PAGE)) - set(config.NAMES.accepted) == set()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_unit_for_systemd_is_valid(tmp_path):
    (unit,) = documented_commands.blocks(PAGE, "systemd")
    file = tmp_path / "crewroom.service"
    file.write_text(unit.replace("/opt/crewroom/bin/crewroom", str(CREWROOM)))

    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", file],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (verified.returncode, [line for line in verified.stderr.splitlines() if file.name in line]) == (
        0,
        [],
    )
