"""`/metrics` over real sockets: numbers are right, need the token, and identify nobody."""

import re
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.services.job_handlers import HANDLERS
from tests.cli.test_serving import eventually
from tests.support.portal import Portal
from tests.support.serving import Served

pytestmark = pytest.mark.timeout(240)  # several processes, each with a cold start

TOKEN = "a token that is no key".replace(" ", "-")


@pytest.fixture
def measured_server(tmp_path):
    """Return a server with metrics; the test starts it."""
    server = Served(tmp_path / "instance", CREWROOM_METRICS_TOKEN=TOKEN)
    yield server
    if server.process:
        server.stop()


def numbers(server: Served, **headers: str) -> dict[str, float]:
    """Return every series by its name and labels, parsed as Prometheus does."""
    with server.client(Authorization=f"Bearer {TOKEN}", **headers) as client:
        answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = text_string_to_metric_families(answer.text)
    return {written(sample): sample.value for family in families for sample in family.samples}


def written(sample) -> str:
    labels = ",".join(f"{name}={value}" for name, value in sample.labels.items())
    return f"{sample.name}{{{labels}}}" if labels else str(sample.name)


def requests(found: dict[str, float], route: str) -> float:
    return sum(value for name, value in found.items() if f"requests_total{{method=GET,route={route}," in name)


@pytest.mark.long
def test_the_numbers_are_right(measured_server):
    measured_server.start()
    key = measured_server.person("alice@crew.test")
    with measured_server.client(key) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
        for _ in range(3):
            client.get("/organization/", params={"orgId": org})
        client.get("/organization/", params={"orgId": "org_x"})
        client.get(f"/bundle/{org}/download")
        client.get(f"/nowhere/{org}")
        client.request("PROPFIND", f"/nowhere/{org}")

    found = numbers(measured_server)

    assert found["crewroom_requests_total{method=GET,route=/organization/,status=2xx}"] == 3
    assert found["crewroom_requests_total{method=GET,route=/organization/,status=4xx}"] == 1
    assert found["crewroom_requests_total{method=PUT,route=/organization/,status=2xx}"] == 1
    assert found["crewroom_requests_total{method=GET,route=/bundle/<bundle_id>/download/,status=4xx}"] == 1
    assert found["crewroom_requests_total{method=GET,route=unknown,status=4xx}"] == 1
    assert found["crewroom_requests_total{method=other,route=unknown,status=4xx}"] == 1
    assert found["crewroom_request_seconds_count{method=GET,route=/organization/}"] == 4
    assert 0 < found["crewroom_request_seconds_sum{method=GET,route=/organization/}"] < 4
    assert found["crewroom_database_up"] == found["crewroom_workers"] == 1
    assert found["process_resident_memory_bytes"] > 10_000_000
    assert {name for name in found if "jobs_waiting" in name} == {
        f"crewroom_jobs_waiting{{kind={kind}}}" for kind in HANDLERS
    }
    with measured_server.client(Authorization=TOKEN) as client:
        everything = client.get("/metrics").text
    for secret in (org, "alice", key[:12], TOKEN, "127.0.0.1", "Northwind"):
        assert secret not in everything


@pytest.mark.long
def test_sign_ins_are_counted_by_outcome(measured_server):
    measured_server.start()
    measured_server.person("alice@crew.test")
    with measured_server.visitor() as person:
        for password in ("wrong horse battery", "wrong again and again", "correct horse battery"):
            person.post("/login/", json={"email": "alice@crew.test", "password": password})

    found = numbers(measured_server)

    assert found["crewroom_log_ins_total{outcome=failed,step=password}"] == 2
    assert found["crewroom_log_ins_total{outcome=passed,step=password}"] == 1


@pytest.mark.long
def test_several_processes_are_added_up(measured_server):
    measured_server.start("--workers", "2")
    key = measured_server.person("alice@crew.test")
    for _ in range(30):
        with measured_server.client(key) as client:  # a new connection, so that both processes are reached
            client.get("/apikey/")

    assert eventually(lambda: numbers(measured_server)["crewroom_workers"] == 2)
    assert {requests(numbers(measured_server), "/apikey/") for _ in range(10)} == {30}


@pytest.mark.long
def test_an_unreachable_mail_server_is_visible(tmp_path, measured_server):
    measured_server.environment["CREWROOM_SMTP_URL"] = "smtp://127.0.0.1:1"
    measured_server.start()
    with measured_server.visitor() as person:
        account = {"email": "bob@crew.test", "name": "Bob", "password": "correct horse battery"}
        assert person.post("/register/", json=account).status_code == 200

    assert eventually(lambda: numbers(measured_server)["crewroom_mail_outage"] == 1)
    found = numbers(measured_server)
    assert found["crewroom_jobs_failed{kind=mail}"] == 1
    assert found["crewroom_jobs_waiting{kind=mail}"] == 1
    assert 0 < found["crewroom_jobs_oldest_seconds"] < 60


def test_an_unreachable_database_is_visible(settings_for, tmp_path):
    config = settings_for(CREWROOM_METRICS_TOKEN=TOKEN)
    url = "postgresql+psycopg://crew@127.0.0.1:1/none" if not config.sqlite else f"sqlite:///{tmp_path}"
    portal = Portal(replace(config, database_url=url))

    answer = portal.api(TOKEN).get("/metrics")

    assert answer.status_code == 200
    assert "crewroom_database_up 0.0" in answer.text
    assert "crewroom_jobs" not in answer.text
    portal.close()


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", "wrong", f"Bearer {TOKEN}x", "Bearer \xff"])
def test_requests_without_the_token_are_refused(settings_for, token):
    portal = Portal(settings_for(CREWROOM_METRICS_TOKEN=TOKEN))

    answer = portal.api(token or None).get("/metrics")
    known = portal.api(TOKEN).get("/metrics")

    portal.close()
    assert known.status_code == 200
    assert answer.status_code == 401
    assert answer.get_json() == {
        "error": "Invalid metrics token",
        "status": "KO",
        "code": "invalid_metrics_token",
    }
    assert "no-store" in answer.headers["Cache-Control"]


def test_without_a_token_in_the_settings_there_are_no_metrics(portal):
    absent = portal.api().get("/nothing/")

    for token in (None, "Bearer ", "Bearer x"):
        answer = portal.api(token).get("/metrics")
        assert (answer.status_code, answer.get_json()) == (404, absent.get_json())


@pytest.mark.parametrize("token", ["short", "with a space in between them", "ümlaut" * 5, "new\nline" * 5])
def test_a_weak_token_prevents_the_start(crewroom, token):
    refused = crewroom.run("user", "list", CREWROOM_METRICS_TOKEN=token)

    assert refused.exit_code == 1
    assert re.match(r"Error: CREWROOM_METRICS_TOKEN: must be at least 20 characters", refused.stderr)
    assert token not in refused.stderr
