"""What documents print: their commands, run as they stand, and what these answer."""

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
    """The blocks of a document that stand behind a mark such as `<!-- test -->`."""
    return re.findall(rf"<!-- {mark} -->\n+```[a-z]+\n(.*?)```", text, re.DOTALL)


def run(script: str, server: Served, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run commands in a folder as the operator of a server would; the first that fails ends it."""
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
    """The JSON objects that stand one after the other in a text, whatever is between them."""
    decoder, found, at = json.JSONDecoder(), [], text.find("{")
    while at >= 0:
        value, end = decoder.raw_decode(text, at)
        found.append(value)
        at = text.find("{", end)
    return found
