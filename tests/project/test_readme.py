"""The README: its commands run as printed, and its lists are complete."""

import re

import click
import pytest

from app.base import config
from app.cli import main
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


@pytest.mark.long
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


def top_level() -> dict[str, click.Command]:
    """Return the commands and groups of the program, which are imported when they are looked up."""
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in main.list_commands(context)}
    return {name: command for name, command in found.items() if command}


def registered() -> dict[tuple[str, ...], click.Command]:
    """Return every command of the program, those of a group with the name of the group."""
    commands: dict[tuple[str, ...], click.Command] = {}
    for name, command in top_level().items():
        if isinstance(command, click.Group):
            commands.update({(name, one): below for one, below in command.commands.items()})
        else:
            commands[(name,)] = command
    return commands


def listed() -> dict[tuple[str, ...], str]:
    """Return each command of the list, such as `("user", "list")`, with its options as printed."""
    [block] = re.findall(r"```text\n(crewroom .*?)```", README, re.DOTALL)
    found: dict[tuple[str, ...], str] = {}
    for line in block.splitlines():
        words, *others = re.split(r" \| ", re.sub(r" {3,}.*", "", line.removeprefix("crewroom ")))
        first, second = f"{words} -".split()[:2]
        group = (first,) if isinstance(top_level()[first], click.Group) else ()
        found[(first, second) if group else (first,)] = words
        found.update({(*group, other.split()[0]): other for other in others})
    return found


def test_every_command_of_the_program_is_listed():
    assert listed().keys() == registered().keys()


def test_the_listed_options_are_those_of_the_commands():
    for path, command in registered().items():
        options = {name for one in command.params for name in one.opts if name.startswith("--")}
        assert set(re.findall(r"--[a-z-]+", listed()[path])) <= options, path


def test_every_setting_is_listed_once():
    listed = re.findall(r"^\| `(CREWROOM_[A-Z_]+)`", README, re.MULTILINE)

    assert sorted(listed) == sorted(config.NAMES.settings)


def test_every_picture_and_page_it_links_to_exists():
    leads = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)

    assert leads
    assert [lead for lead in leads if not (ROOT / lead).exists()] == []
