"""Inviting during an outage of the mail server is as fast as ever, and the mail is sent afterwards."""

import socket
import statistics
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest

from app.services.jobs import jobs
from tests.support.inboxes import Inbox, serving
from tests.support.ports import free_port
from tests.support.serving import Served
from tests.support.slow_clients import wait_for

INVITATIONS = 8

pytestmark = pytest.mark.timeout(120)


class Slow(Inbox):
    """A mail server that takes a second to answer."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        import asyncio

        await asyncio.sleep(1)
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def hanging(port: int):
    """Accept connections and never answer; cut them at the end."""
    with ExitStack() as open_ones, socket.create_server(("127.0.0.1", port)) as listener:

        def accept() -> None:
            try:
                while True:
                    open_ones.enter_context(listener.accept()[0])
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield
        listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def down(_port: int):
    """No server at all."""
    yield


@contextmanager
def slow(port: int):
    inbox = Slow()
    with serving(inbox, port):
        yield inbox


@pytest.mark.long
@pytest.mark.parametrize(
    "outage",
    [hanging, pytest.param(down, marks=pytest.mark.long), pytest.param(slow, marks=pytest.mark.long)],
)
def test_inviting_does_not_wait_for_the_mail_server(serve, outage):
    port = free_port()
    server = serve(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}")
    invite = inviter(server)
    calm = statistics.median(invite() for _ in range(INVITATIONS))
    with outage(port) as reached:
        time.sleep(1.2)  # the worker looks for mail every second, and meets the outage
        struck = statistics.median(invite() for _ in range(INVITATIONS))
    assert struck < max(0.2, 3 * calm)

    # Mails that the slow server was receiving may have arrived (decision 0144), so they wait for a minute.
    in_hand = jobs.SENDERS if reached else 0
    inbox = Inbox()
    with serving(inbox, port):
        wait_for(lambda: invited(inbox, reached) >= 2 * INVITATIONS - in_hand)


def invited(*inboxes: Inbox | None) -> int:
    """Count the people who received a mail from any of the servers."""
    arrived = [recipients for inbox in inboxes if inbox for recipients in inbox.recipients]
    return len({address for recipients in arrived for address in recipients})


def inviter(server: Served):
    """Return a function that invites a new person and returns the seconds it took."""
    with server.client(server.person("alice@crew.test")) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
    key = server.key("alice@crew.test")
    people = iter(range(100))
    client = server.client(key)

    def invite() -> float:
        address = f"ivy{next(people)}@crew.test"
        server.person(address)
        began = time.perf_counter()
        sent = {"orgId": org, "email": address, "role": "read"}
        answer = client.post("/organization/members/", json=sent)
        took = time.perf_counter() - began
        assert answer.status_code == 200, answer.text
        return took

    return invite
