"""`crewroom serve` and `crewroom worker` as separate processes."""

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.support.serving import CREWROOM, Served


@pytest.fixture
def installation(tmp_path: Path) -> Served:
    return Served(tmp_path / "instance")


def eventually(condition: Callable[[], bool]) -> bool:
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.05)
    return False


def mails(served: Served) -> list[Path]:
    return list((served.instance / "mail").glob("*.eml"))


@pytest.mark.long
def test_serving_delivers_mail_and_stops_cleanly(installation):
    installation.run("demo")

    installation.start()

    delivered = eventually(lambda: len(mails(installation)) == 2)
    code = installation.stop()
    assert delivered
    assert code == 0
    assert f"Crewroom is at {installation.url}\n" in installation.log()
    assert "Traceback" not in installation.log()
    for path in mails(installation):
        assert f"{installation.url}/invitation/accept/?token=crew_" in path.read_text()
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{installation.url}/healthz", timeout=1)


@pytest.mark.long
def test_worker_delivers_mail_and_stops_cleanly(installation):
    installation.run("demo")

    worker = subprocess.Popen(
        [CREWROOM, "worker"], env=installation.environment, stderr=subprocess.PIPE, text=True
    )
    delivered = eventually(lambda: len(mails(installation)) == 2)
    worker.send_signal(signal.SIGTERM)
    _, complaints = worker.communicate(timeout=30)

    assert delivered
    assert (worker.returncode, complaints) == (0, "")


def test_log_has_a_line_for_each_request_without_its_query(served):
    token = "crew_" + "7" * 49

    answered = httpx.get(
        f"{served.url}/invitation/accept/?token={token}", headers={"X-Request-Id": "seen-in-the-log"}
    )

    assert eventually(lambda: "seen-in-the-log" in served.log())
    (line,) = [json.loads(line) for line in served.log().splitlines() if "seen-in-the-log" in line]
    assert answered.status_code == 404
    assert (line["method"], line["path"], line["status"]) == ("GET", "/invitation/accept/", 404)
    assert token not in served.log()


def test_port_in_use_is_named(installation):
    with socket.create_server(("127.0.0.1", installation.port)):
        refused = installation.run("serve", "--port", str(installation.port))

    (line,) = refused.stderr.splitlines()
    assert (refused.returncode, refused.stdout) == (1, "")
    assert str(installation.port) in line
    assert "Traceback" not in line


def test_wrong_setting_stops_the_start(tmp_path):
    installation = Served(tmp_path / "instance", CREWROOM_RATE_LIMIT="many")

    refused = installation.run("serve", "--port", str(installation.port))

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "Error: CREWROOM_RATE_LIMIT: must be a whole number from 0 to 999999999\n"


@pytest.mark.long
def test_installed_command_prints_the_same(installation):
    created = installation.run("user", "create", "alice@crew.test", "--password-stdin", given="password1234")
    wrong = installation.run("user", "creat")

    assert (created.returncode, created.stdout) == (1, "")
    assert len(created.stderr.splitlines()) == 1
    assert (wrong.returncode, wrong.stdout) == (2, "")
