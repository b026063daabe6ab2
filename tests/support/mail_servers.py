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
            stage: [said] if isinstance(said, str) else list(said) for stage, said in script.items()
        }
        self.connections = 0
        self.greetings: list[str] = []
        self.options: list[list[str]] = []
        self.seconds = 0.0
        self.arrived: list[str] = []

    def said(self, stage: str) -> str | None:
        answers = self.script.get(stage)
        return answers.pop(0) if answers else None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd's name
        self.greetings.append(hostname)
        session.host_name = hostname
        said = self.said("ehlo")
        return [said] if said else responses

    async def handle_HELO(self, server, session, envelope, hostname):  # noqa: N802 - aiosmtpd's name
        session.host_name = hostname
        return self.said("ehlo") or ACCEPTED

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802 - aiosmtpd's name
        self.options.append(mail_options)
        said = self.said("mail")
        if said is None:
            envelope.mail_from = address
            envelope.mail_options.extend(mail_options)
        return self.given(server, said)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - aiosmtpd's name
        said = self.said("rcpt")
        if said is None:
            envelope.rcpt_tos.append(address)
        return self.given(server, said)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.seconds)
        said = self.said("message")
        if said is None:
            await super().handle_DATA(server, session, envelope)
            self.arrived.extend(envelope.rcpt_tos)
        return self.given(server, said)

    def given(self, server: Any, said: str | None) -> str:
        if said == "hang up" and server.transport is not None:
            server.transport.abort()
        return said or ACCEPTED


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
        if isinstance(status, str) and status.startswith("220") and (said := handler.said("connect")):
            status = said
        await super().push(status)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        said = self.event_handler.said("starttls")
        if said is None:
            await super().smtp_STARTTLS(arg)
            return
        await self.push(said)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        said = self.event_handler.said("data")
        if said is None:
            await super().smtp_DATA(arg)
            return
        await self.push(self.event_handler.given(self, said))


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
