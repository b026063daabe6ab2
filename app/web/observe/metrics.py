"""Metrics for Prometheus, without addresses or identifiers.

Several server processes count in files of one folder; the process that is scraped adds them up.
"""

import time
from collections.abc import Iterable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path

from flask import Flask, Response, current_app, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app.base.config import Config
from app.services.job_handlers import HANDLERS
from app.services.operations import vitals
from app.web.current import current
from app.web.guard.rate_counters import SharedCounter

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_STEPS = {"sessions.log_in": "password", "second_step.complete": "second", "second_step.passkey": "passkey"}
_LIMITED, _REFUSED, _BROKEN = 429, 400, 500
_EARLIEST = "process_start_time_seconds"
_MAIL_OUTAGE = "Whether mail has failed and waits for a retry, as while the mail server is unreachable."


class _Meter:
    """The metrics of one portal."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ["method", "route", "status"]
        self.requests = Counter("crewroom_requests", "Answered requests.", labels, registry=self.registry)
        self.seconds = Histogram(
            "crewroom_request_seconds",
            "Time until the response started.",
            labels[:2],
            buckets=_SECONDS,
            registry=self.registry,
        )
        help_text = "Sign-in attempts by step and outcome."
        self.log_ins = Counter("crewroom_log_ins", help_text, ["step", "outcome"], registry=self.registry)


def init_app(app: Flask) -> None:
    """Count requests if a metrics token is set; without one, the metrics cannot be read."""
    if app.extensions["config"].metrics_token:
        disable_created_metrics()  # type: ignore[no-untyped-call] # avoids an unused series per metric
        app.extensions["meter"] = _Meter()
        app.after_request(_count)


def text() -> bytes:
    """Return all metrics in Prometheus' text format."""
    live = CollectorRegistry()
    live.register(_LiveMetrics())
    return generate_latest(_registry(current.settings)) + generate_latest(live)


def _registry(config: Config) -> CollectorRegistry:
    if config.metrics_folder is None:
        return _meter().registry
    added_up = CollectorRegistry()
    MultiProcessCollector(added_up, str(config.metrics_folder))  # type: ignore[no-untyped-call]
    return added_up


def _count(response: Response) -> Response:
    method = request.method if request.method in _METHODS else "other"
    route = request.url_rule.rule if request.url_rule else "unknown"
    meter, status = _meter(), response.status_code
    meter.requests.labels(method, route, f"{status // 100}xx").inc()
    meter.seconds.labels(method, route).observe(time.perf_counter() - current.started_at)
    if request.endpoint in _STEPS and status < _BROKEN:
        meter.log_ins.labels(_STEPS[request.endpoint], _outcome(status)).inc()
    return response


def _outcome(status: int) -> str:
    if status == _LIMITED:
        return "limited"
    return "failed" if status >= _REFUSED else "passed"


class _LiveMetrics(Collector):
    """Metrics that are computed when scraped: of the database, the jobs and the processes."""

    def collect(self) -> Iterable[Metric]:
        state = vitals.read(current.database)
        yield InfoMetricFamily("crewroom", "The running version.", {"version": version("crewroom")})
        yield _gauge("database_up", "Whether the database can be read.", state.database_up)
        if state.database_up:
            yield _by_kind("jobs_waiting", "Jobs that are not done, including scheduled ones.", state.waiting)
            yield _by_kind("jobs_failed", "Waiting jobs that have failed and will be retried.", state.failed)
            yield _gauge("jobs_oldest_seconds", "Age of the oldest job that is due.", state.oldest_seconds)
            yield _gauge("mail_outage", _MAIL_OUTAGE, state.mail_out)
        counter = current_app.extensions["rate_counter"]
        if isinstance(counter, SharedCounter):
            yield _gauge(
                "rate_limits_shared", "Whether the Redis for rate limits is reachable.", counter.shared
            )
        pids = list(_processes(current.settings.metrics_folder))
        yield _gauge("workers", "Server processes that are running and have answered a request.", len(pids))
        yield from _summed(pids)


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"crewroom_{name}", help_text, float(value))


def _by_kind(name: str, help_text: str, counts: dict[str, int]) -> Metric:
    """Return a gauge with every kind of job, so that kinds without jobs are 0 instead of missing."""
    family = GaugeMetricFamily(f"crewroom_{name}", help_text, labels=["kind"])
    for kind in sorted({*HANDLERS, *counts}):
        family.add_metric([kind], counts.get(kind, 0))
    return family


def _processes(folder: Path | None) -> Iterator[str]:
    """Yield the ids of the processes that count: this one, or the live ones with a file in the folder."""
    if folder is None:
        yield "self"
        return
    for path in folder.glob("counter_*.db"):
        pid = path.stem.removeprefix("counter_")
        if Path("/proc", pid).exists():
            yield pid


def _summed(pids: list[str]) -> Iterable[Metric]:
    """Return the standard process metrics, summed over the processes."""
    families: dict[str, Metric] = {}
    for pid in pids:
        for family in ProcessCollector(pid=partial(str, pid), registry=None).collect():
            before = families.setdefault(family.name, family)
            if before is not family:
                one, other = before.samples[0], family.samples[0]
                value = min(one.value, other.value) if one.name == _EARLIEST else one.value + other.value
                before.samples[0] = one._replace(value=value)
    return families.values()


def _meter() -> _Meter:
    found: _Meter = current_app.extensions["meter"]
    return found
