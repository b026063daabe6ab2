"""Two hosts of one portal through outages and clock skew: nothing lost, nothing wrong, 503 during an outage.

`make soak` runs each state for longer and prints the table.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hosts import HEADING, Hosts, Tally, Traffic
from tests.support.soak import LONG, rounds

SECONDS = rounds(3, 20)

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
    pytest.mark.skipif(
        shutil.which("faketime") is None, reason="no faketime here (Debian: apt install faketime)"
    ),
]


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[dict[str, Tally]]:
    """The results, printed at the end of a long run."""
    rows: dict[str, Tally] = {}
    yield rows
    if LONG:
        lines = [HEADING, *(tally.line(name) for name, tally in rows.items())]
        Path("dist").mkdir(exist_ok=True)
        Path("dist/hosts.txt").write_text("\n".join(lines) + "\n")
        print("\n" + "\n".join(lines))  # noqa: T201 - the table is what a long run is for


def check(tally: Tally, hosts: Hosts, *, outage: bool) -> None:
    assert tally.lost == set()
    assert tally.wrong == []
    assert hosts.failures() == 0
    assert set(tally.answers) <= ({200, 503} if outage else {200})
    assert hosts.second.run("audit", "verify").returncode == 0


@pytest.mark.parametrize("ahead", [1, 30, -30])
def test_clock_skew_between_hosts_makes_no_difference(tmp_path, database_url, table, ahead):
    with Hosts(tmp_path, database_url, ahead=ahead) as hosts, Traffic(hosts) as traffic:
        traffic.run_for(SECONDS)
        traffic.wait_for(1)
    table[f"clocks {ahead:+d} s apart"] = traffic.tally

    check(traffic.tally, hosts, outage=False)


def test_a_pooler_makes_no_difference(tmp_path, database_url, postgres, pooled, table):
    pooler = pooled(postgres.port, "transaction")
    with Hosts(tmp_path, pooler.url(database_url)) as hosts, Traffic(hosts) as traffic:
        traffic.run_for(SECONDS)
        traffic.wait_for(1)
    table["PgBouncer in transaction mode"] = traffic.tally

    check(traffic.tally, hosts, outage=False)


def test_a_restart_of_postgres_is_a_temporary_outage(tmp_path, database_url, postgres, table):
    with Hosts(tmp_path, database_url) as hosts, Traffic(hosts) as traffic:
        for _ in range(rounds(1, 5)):
            traffic.run_for(SECONDS / 4)
            postgres.stop()
            traffic.run_for(1)
            postgres.start()
            traffic.wait_for(5)
    table["Postgres restarted"] = traffic.tally

    check(traffic.tally, hosts, outage=True)


@pytest.mark.long
def test_a_frozen_postgres_is_a_temporary_outage(tmp_path, database_url, postgres, table):
    with Hosts(tmp_path, database_url) as hosts, Traffic(hosts) as traffic:
        traffic.run_for(SECONDS / 4)
        postgres.freeze()
        traffic.run_for(27)
        postgres.thaw()
        traffic.wait_for(5)
    table["Postgres frozen for 27 s"] = traffic.tally

    check(traffic.tally, hosts, outage=True)


def test_a_redis_that_is_stopped_makes_no_difference(tmp_path, database_url, redis_server, table):
    limits = {"CREWROOM_RATE_LIMIT": "1000000", "CREWROOM_RATE_LIMIT_STORAGE": redis_server.url}
    with Hosts(tmp_path, database_url, **limits) as hosts, Traffic(hosts) as traffic:
        traffic.run_for(SECONDS / 3)
        redis_server.stop()
        traffic.run_for(SECONDS / 3)
        traffic.wait_for(1)
        redis_server.start()
        traffic.run_for(SECONDS / 3)
    table["Redis stopped and started"] = traffic.tally

    check(traffic.tally, hosts, outage=False)
