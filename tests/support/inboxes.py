"""A real SMTP server for tests that keeps what it receives."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

ACCEPTED = "250 OK"


class Inbox:
    """Keeps the mails it receives, and gives the answers it was created with."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.recipients: list[list[str]] = []
        self.mails: list[Any] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.recipients.append(envelope.rcpt_tos)
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.answers.pop(0) if self.answers else ACCEPTED


class UnconfirmedInbox(Inbox):
    """Accepts each mail, then closes the connection before confirming it."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        server.transport.abort()
        return answer


@contextmanager
def serving(inbox: Inbox, port: int, **options: Any) -> Iterator[None]:
    """Receive mail on a port until the block ends."""
    server = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    server.start()
    try:
        yield
    finally:
        server.stop()
