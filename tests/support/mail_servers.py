"""Mail servers for tests that answer like common mail software, at a chosen stage of the conversation."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.support.inboxes import ACCEPTED, Inbox


class Scripted(Inbox):
    """Answers each stage from a script, using up the answers of a stage in order.

    `hang up` closes the connection without an answer. Mails, recipients and greetings are recorded.
    """

    def __init__(self, **script: list[str] | str) -> None:
        super().__init__()
        self.script = {
            stage: [answer] if isinstance(answer, str) else list(answer) for stage, answer in script.items()
        }
        self.connections = 0
        self.greetings: list[str] = []
        self.options: list[list[str]] = []
        self.seconds = 0.0
        self.arrived: list[str] = []

    def next_answer(self, stage: str) -> str | None:
        answers = self.script.get(stage)
        return answers.pop(0) if answers else None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd's name
        self.greetings.append(hostname)
        session.host_name = hostname
        answer = self.next_answer("ehlo")
        return [answer] if answer else responses

    async def handle_HELO(self, server, session, envelope, hostname):  # noqa: N802 - aiosmtpd's name
        session.host_name = hostname
        return self.next_answer("ehlo") or ACCEPTED

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802 - aiosmtpd's name
        self.options.append(mail_options)
        answer = self.next_answer("mail")
        if answer is None:
            envelope.mail_from = address
            envelope.mail_options.extend(mail_options)
        return self.answer_or_hang_up(server, answer)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - aiosmtpd's name
        answer = self.next_answer("rcpt")
        if answer is None:
            envelope.rcpt_tos.append(address)
        return self.answer_or_hang_up(server, answer)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.seconds)
        answer = self.next_answer("message")
        if answer is None:
            await super().handle_DATA(server, session, envelope)
            self.arrived.extend(envelope.rcpt_tos)
        return self.answer_or_hang_up(server, answer)

    def answer_or_hang_up(self, server: Any, answer: str | None) -> str:
        if answer == "hang up" and server.transport is not None:
            server.transport.abort()
        return answer or ACCEPTED


class Secured(Scripted):
    """Records which mails arrived encrypted."""

    def __init__(self, **script: list[str] | str) -> None:
        super().__init__(**script)
        self.encrypted: list[bool] = []
        self.passwords: list[bytes] = []

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802 - aiosmtpd's name
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return await super().handle_MAIL(server, session, envelope, address, mail_options)

    def authenticate(self, server, session, envelope, mechanism, data) -> AuthResult:
        self.passwords.append(data.password)
        return AuthResult(success=True)


class _Server(SMTP):
    """Answers the greeting and DATA from the script."""

    async def push(self, status: Any) -> None:
        handler = self.event_handler
        if (
            isinstance(status, str)
            and status.startswith("220")
            and (answer := handler.next_answer("connect"))
        ):
            status = answer
        await super().push(status)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        answer = self.event_handler.next_answer("starttls")
        if answer is None:
            await super().smtp_STARTTLS(arg)
            return
        await self.push(answer)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        answer = self.event_handler.next_answer("data")
        if answer is None:
            await super().smtp_DATA(arg)
            return
        await self.push(self.event_handler.answer_or_hang_up(self, answer))


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def answering(inbox: Scripted, port: int, **options: Any) -> Iterator[Scripted]:
    """Receive mail on a port until the block ends."""
    server = _Controller(inbox, hostname="127.0.0.1", port=port, **options)
    server.start()
    try:
        yield inbox
    finally:
        server.stop()
