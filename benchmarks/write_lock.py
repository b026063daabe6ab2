"""Measures how long an invitation keeps the write lock, in an organization of 100 members.

`python -m benchmarks.write_lock` prints the milliseconds from `BEGIN IMMEDIATE` to the end of the
transaction, and the number of statements in between: medians over 40 invitations with JSON and 40 with htmx.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import click
import structlog
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.base import config as settings
from app.base.permissions import Role
from tests.support import databases
from tests.support.portal import Portal
from tests.support.shared_installation import UNLIMITED_MAIL

MEMBERS, INVITATIONS = 100, 40
NOT_LIMITED = {"CREWROOM_RATE_LIMIT": "0", **UNLIMITED_MAIL}


class LockTimer:
    """Measures how long the writing connection keeps the lock, and counts its statements."""

    def __init__(self, portal: Portal) -> None:
        """Watch the changes of a portal."""
        self.milliseconds: list[float] = []
        self.statements: list[int] = []
        self._began_at = 0.0
        self._ran = 0
        engine = portal.database.engine
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "before_cursor_execute", self._execute)
        for ending in ("commit", "rollback"):
            event.listen(engine, ending, self._end)

    def _begin(self, _connection: object) -> None:
        self._began_at, self._ran = time.perf_counter(), 0

    def _execute(self, *_arguments: object) -> None:
        self._ran += 1

    def _end(self, _connection: object) -> None:
        self.milliseconds.append((time.perf_counter() - self._began_at) * 1000)
        self.statements.append(self._ran)

    def report(self, name: str, invite: Callable[[int], object]) -> None:
        """Invite, and print the cost of one invitation."""
        self.milliseconds.clear()
        self.statements.clear()
        for number in range(INVITATIONS):
            invite(number)
        longest = statistics.median(self.milliseconds)
        click.echo(
            f"{name:9} {longest:7.1f} ms   {statistics.median(self.statements):.0f} statements   "
            f"{len(self.milliseconds) / INVITATIONS:.1f} transactions"
        )


def main() -> None:
    """Create the organization, and measure."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with tempfile.TemporaryDirectory(prefix="crewroom-bench-") as folder:
        databases.install(Path(folder))
        portal = Portal(settings.load({"CREWROOM_INSTANCE": folder, **NOT_LIMITED}))
        alice = portal.person("alice")
        organization = portal.organization(alice)
        for number in range(MEMBERS - 1):
            portal.join(organization, portal.person(f"member{number}"), Role.READ)
        for number in range(2 * INVITATIONS + 2):
            portal.person(f"guest{number}")
        api, browser, timer = portal.api(portal.key(alice)), portal.browser(alice), LockTimer(portal)

        def fields(number: int) -> dict[str, str]:
            return {"orgId": organization, "email": f"guest{number}@crew.test", "role": "read"}

        def by_program(number: int) -> None:
            _check(api.post("/organization/members/", **fields(number)))

        def by_browser(number: int) -> None:
            _check(browser.htmx("/organization/members/", **fields(number + INVITATIONS)))

        by_program(2 * INVITATIONS)  # the first use loads modules and templates
        by_browser(INVITATIONS + 1)
        timer.report("JSON", by_program)
        timer.report("fragment", by_browser)
        portal.close()


def _check(answer: TestResponse) -> None:
    """Raise `RuntimeError` unless the change was made."""
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(answer.text)


if __name__ == "__main__":
    main()
