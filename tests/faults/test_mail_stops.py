"""SIGTERM during a delivery: the server waits for it, and the next server does not send the mail again."""

import asyncio
import time

import pytest

from app.models import Job
from tests.support.mail_servers import Scripted, answering
from tests.support.ports import free_port
from tests.support.slow_clients import wait_for

pytestmark = pytest.mark.timeout(120)


class Slow(Scripted):
    """Receives a mail, and confirms it after two seconds."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(2)
        return answer


@pytest.mark.long
def test_stopping_during_a_delivery_sends_nothing_twice(serve):
    port = free_port()
    with answering(Slow(), port) as inbox:
        server = serve(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}")
        with server.visitor() as visitor:
            visitor.post(
                "/register/",
                json={"email": "nora@crew.test", "name": "Nora", "password": "correct horse battery"},
            )
        wait_for(lambda: inbox.arrived == ["nora@crew.test"])
        began = time.monotonic()
        code = server.stop()
        took = time.monotonic() - began
        with server.portal.database.reading() as db:
            unfinished = db.query(Job).filter(Job.done_at.is_(None), Job.kind == "mail").count()
        server.start()
        time.sleep(2.5)

    assert (code, unfinished) == (0, 0)
    assert took < 15
    assert inbox.arrived == ["nora@crew.test"]
