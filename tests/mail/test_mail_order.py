"""Which mail is sent first, and over how many connections."""

import threading
import time
from collections.abc import Iterator

import pytest

from app.services.job_handlers import HANDLERS
from app.services.jobs import jobs
from app.services.mail import outbox
from tests.support.mail_servers import Scripted, answering
from tests.support.portal import Portal
from tests.support.ports import free_port
from tests.support.soak import rounds

INVITED = rounds(12, 40)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def portal(settings_for, port) -> Iterator[Portal]:
    """A portal with a mail server configured."""
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}"))
    yield portal
    portal.close()


def queue(portal: Portal, template: str, to: str) -> None:
    with portal.writing():
        outbox.queue(template, to, organization="Northwind")


@pytest.mark.short
@pytest.mark.parametrize("urgent", ["password_changed", "already_registered", "recovery_codes_made"])
def test_urgent_mail_overtakes_bulk_mail(portal, port, urgent):
    for number in range(4):
        queue(portal, "removed", f"ivy{number}@crew.test")
    queue(portal, urgent, "rita@crew.test")
    inbox = Scripted()

    with answering(inbox, port):
        portal.run_jobs()

    assert inbox.arrived[0] == "rita@crew.test"
    assert inbox.arrived[1:] == [f"ivy{number}@crew.test" for number in range(4)]
    assert len(inbox.greetings) == 1


@pytest.mark.long
def test_urgent_mail_overtakes_bulk_mail_at_a_slow_server(portal, port):
    """Each mail takes half a second: after all the others, this one would wait six seconds, or twenty."""
    inbox, stopped = Scripted(), threading.Event()
    inbox.seconds = 0.5
    for number in range(INVITED):
        queue(portal, "removed", f"ivy{number}@crew.test")
    with answering(inbox, port):
        work = (stopped, portal.database, HANDLERS)
        sending = threading.Thread(target=jobs.run_until, args=work)
        sending.start()
        while len(inbox.arrived) < 2:
            time.sleep(0.05)
        before = len(inbox.arrived)
        queue(portal, "password_changed", "rita@crew.test")
        while len(inbox.arrived) <= INVITED:
            time.sleep(0.05)
        stopped.set()
        sending.join(10)

    place = inbox.arrived.index("rita@crew.test")
    assert place - before <= 2 * jobs.SENDERS
    assert len(inbox.arrived) == len(set(inbox.arrived)) == INVITED + 1
    # A sender that is idle for a moment closes its connection, and opens another one later.
    assert 1 < len(inbox.greetings) <= 2 * jobs.SENDERS
