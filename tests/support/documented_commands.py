"""The commands that documents print, run as printed, and the answers they produce."""

import json
import os
import re
import subprocess
from pathlib import Path

from tests.support.serving import CREWROOM, Served

ROOT = Path(__file__).parents[2]
ADDRESS = "http://127.0.0.1:8000"
ACCOUNT = "ada@example.com"


def blocks(text: str, mark: str = "test") -> list[str]:
    """Return the code blocks of a document that follow a marker such as `<!-- test -->`."""
    return re.findall(rf"<!-- {mark} -->\n+```[a-z]+\n(.*?)```", text, re.DOTALL)


def run(script: str, server: Served, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder as the operator of a server would; stop at the first command that fails."""
    path = f"{CREWROOM.parent}{os.pathsep}{server.environment['PATH']}"
    return subprocess.run(
        ["sh", "-c", "set -eu\n" + script.replace(ADDRESS, server.url)],
        cwd=folder,
        env={**server.environment, "PATH": path, **variables},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


def json_in(text: str) -> list[dict[str, object]]:
    """Return the JSON objects in a text, ignoring what is between them."""
    decoder, found, at = json.JSONDecoder(), [], text.find("{")
    while at >= 0:
        value, end = decoder.raw_decode(text, at)
        found.append(value)
        at = text.find("{", end)
    return found
