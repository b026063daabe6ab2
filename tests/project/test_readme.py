"""The README: its commands run as printed, and its lists are complete."""

import re

import pytest

from app.base import config
from tests.support import documented_commands
from tests.support.documented_commands import ACCOUNT, ROOT, json_in
from tests.support.serving import Served

README = (ROOT / "README.md").read_text()
BLOCKS = documented_commands.blocks(README)


@pytest.fixture
def fresh(tmp_path):
    """Return a portal as the README leaves it before its first command: running, with one account."""
    server = Served(tmp_path / "instance")
    try:
        server.start()
        server.person(ACCOUNT, "Ada")
        yield server
    finally:
        server.stop()


def test_the_commands_run_as_printed(fresh, tmp_path):
    script = "\n".join(BLOCKS)

    ran = documented_commands.run(script, fresh, tmp_path)

    assert (ran.returncode, ran.stderr) == (0, "")
    answers = json_in(ran.stdout)
    assert len(answers) >= script.count("curl ")
    assert [answer for answer in answers if answer.get("status") == "KO"] == []


def test_there_are_commands_to_run():
    assert len(BLOCKS) >= 1
    assert "curl" in BLOCKS[0]


def test_the_commands_of_make_are_targets():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    named_targets = set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)", README, re.MULTILINE))
    named = {name for pair in named_targets for name in pair if name}

    assert {"run", "test"} <= named
    assert named <= targets


def test_every_setting_is_listed_once():
    listed = re.findall(r"^\| `(CREWROOM_[A-Z_]+)`", README, re.MULTILINE)

    assert sorted(listed) == sorted(config.NAMES.settings)


def test_every_picture_and_page_it_links_to_exists():
    leads = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)

    assert leads
    assert [lead for lead in leads if not (ROOT / lead).exists()] == []
