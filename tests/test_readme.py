"""The README: its commands run as printed, and its lists are complete."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from app import config
from tests.serving import CREWROOM, Served

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"<!-- test -->\n+```sh\n(.*?)```", README, re.DOTALL)
PRINTED_ADDRESS = "http://127.0.0.1:8000"
PRINTED_ACCOUNT = "ada@example.com"


@pytest.fixture
def fresh(tmp_path):
    """A portal as the README leaves it before its first command: served, with one account."""
    server = Served(tmp_path / "instance")
    try:
        server.start()
        server.person(PRINTED_ACCOUNT, "Ada")
        yield server
    finally:
        server.stop()


def test_the_commands_run_as_printed(fresh, tmp_path):
    script = "set -eu\n" + "\n".join(BLOCKS).replace(PRINTED_ADDRESS, fresh.url)
    path = f"{CREWROOM.parent}{os.pathsep}{fresh.environment['PATH']}"

    ran = subprocess.run(
        ["sh", "-c", script],
        cwd=tmp_path,
        env={**fresh.environment, "PATH": path},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    answers = json_in(ran.stdout)
    assert len(answers) >= script.count("curl ")
    assert [answer for answer in answers if answer.get("status") == "KO"] == []


def test_there_are_commands_to_run():
    assert len(BLOCKS) >= 1
    assert "curl" in BLOCKS[0]


def test_the_commands_of_make_are_targets():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    printed = set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)", README, re.MULTILINE))
    named = {name for pair in printed for name in pair if name}

    assert {"run", "test"} <= named
    assert named <= targets


def test_every_setting_is_listed_once():
    listed = re.findall(r"^\| `(CREWROOM_[A-Z_]+)`", README, re.MULTILINE)

    assert sorted(listed) == sorted(config.NAMES)


def test_every_picture_and_page_it_leads_to_exists():
    leads = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)

    assert leads
    assert [lead for lead in leads if not (ROOT / lead).exists()] == []


def json_in(text: str) -> list[dict[str, object]]:
    """The JSON objects that stand one after the other in a text, whatever is between them."""
    decoder, found, at = json.JSONDecoder(), [], text.find("{")
    while at >= 0:
        value, end = decoder.raw_decode(text, at)
        found.append(value)
        at = text.find("{", end)
    return found
