"""`make fuzz`: a real server, and requests of every kind that its specification allows and forbids.

Run as `python -m tests.fuzzing.run [--seconds 120] [--least 3000] [--seed 7]`; it prints its seed, which
repeats a run. Too few cases are a failure too.
"""

import argparse
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from string import Template

import click
import structlog

from tests.fuzzing.scene import Scene, set_up
from tests.support.serving import Served

HERE = Path(__file__).parent
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# These end the session that sends them, so they have a separate run, the last one.
LEAVING = ("sessions_log_out", "account_sessions_revoke")


@dataclass(frozen=True)
class Outcome:
    """The result of a run: the number of cases, and its output."""

    who: str
    cases: int
    passed: bool
    text: str


def fuzz(served: Served, folder: Path, *, seconds: int, seed: int) -> list[Outcome]:
    """Fuzz a portal by key and by session, sharing the time between them."""
    scene = set_up(served)
    leaving = [part for name in LEAVING for part in ("--include-operation-id", name)]
    staying = [part for name in LEAVING for part in ("--exclude-operation-id", name)]
    runs: tuple[tuple[str, dict[str, str], list[str], int], ...] = (
        ("key", scene.key, [], seconds // 2),
        ("session", scene.session, staying, seconds // 2 - seconds // 10),
        ("session that leaves", scene.session, leaving, max(seconds // 10, 5)),
    )
    outcomes = []
    for who, secrets, which, most in runs:
        (folder / f"{who}.toml").write_text(_settings(scene, secrets))
        options = [*which, "--max-time", str(most), "--seed", str(seed)]
        outcomes.append(_run(served, folder, who, options))
    return outcomes


def _settings(scene: Scene, secrets: dict[str, str]) -> str:
    """Write the settings of a run: existing objects, and credentials by the names of the security schemes."""
    text = Template((HERE / "schemathesis.toml").read_text()).substitute(scene.known)
    asking = [f'{scheme} = {{ api_key = "{secret}" }}' for scheme, secret in secrets.items()]
    return "\n".join([text, "[auth.openapi]", *asking, ""])


def _run(served: Served, folder: Path, who: str, options: list[str]) -> Outcome:
    report = folder / f"{who}.json"
    settings = str(folder / f"{who}.toml")
    command = [str(SCHEMATHESIS), "--config-file", settings, "run", f"{served.url}/openapi.json"]
    done = subprocess.run(
        [*command, "--checks", "all", "--report", "json", "--report-json-path", str(report), *options],
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py")},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    counted = json.loads(report.read_text()) if report.exists() else {}
    return Outcome(who, _cases(counted), done.returncode == 0, done.stdout + done.stderr)


def _cases(report: dict) -> int:
    return int(report.get("test_cases", {}).get("generated", 0))


def main() -> int:
    """Fuzz and print what was found; return the exit code."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=int, default=300)
    asked.add_argument("--least", type=int, default=0)
    asked.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder) / "instance")
        served.start()
        try:
            outcomes = fuzz(served, Path(folder), seconds=options.seconds, seed=options.seed)
        finally:
            served.stop()
    for outcome in outcomes:
        click.echo(f"by {outcome.who}: {outcome.cases} cases, {'passed' if outcome.passed else outcome.text}")
    cases = sum(outcome.cases for outcome in outcomes)
    click.echo(f"{cases} cases, {options.least} at least; seed {options.seed}")
    return 0 if all(outcome.passed for outcome in outcomes) and cases >= options.least else 1


if __name__ == "__main__":
    sys.exit(main())
