"""Connections to the mail server, kept open while there is more mail to send."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from app.base.config import Config
from app.services.mail import smtp_connect
from app.services.mail.smtp_connect import NotAccepted, answer, at, check
from app.services.mail.smtp_replies import Answer, Stage

# Some servers scan for viruses before they reply; RFC 5321 allows them ten minutes.
MESSAGE_SECONDS = 600
NO_SMTPUTF8 = Answer(Stage.RCPT, 550, "5.6.7 the server does not offer SMTPUTF8, which this address needs")
_GO_AHEAD = 354


class Connection:
    """A connection to the configured mail server, opened when there is mail to send."""

    def __init__(self, config: Config) -> None:
        """Keep the settings; connect later."""
        self._config = config
        self._smtp: smtplib.SMTP | None = None

    @property
    def described(self) -> str:
        """The server's name and port, and whether the connection is encrypted."""
        encrypted = self._smtp is not None and isinstance(self._smtp.sock, ssl.SSLSocket)
        return f"{self.server}, {'encrypted' if encrypted else 'not encrypted'}"

    @property
    def server(self) -> str:
        """The server's name and port."""
        server = urlsplit(self._config.smtp_url or "")
        return f"{server.hostname}:{server.port or smtp_connect.PORTS[server.scheme]}"

    def hand_over(self, sender: str, recipient: str, content: bytes, *, utf8: bool = False) -> str:
        """Send a mail and return the server's reply. Raises `NotAccepted` if the server does not accept it.

        If a kept connection turns out to be closed, a new one is opened once; nothing was sent on the old.
        """
        if self._smtp is not None:
            try:
                return self._transact(self._smtp, sender, recipient, content, utf8=utf8)
            except NotAccepted as refusal:
                if self._connected() or refusal.answer.stage is Stage.MESSAGE:
                    raise
        self._smtp = smtp_connect.connect(self._config)
        return self._transact(self._smtp, sender, recipient, content, utf8=utf8)

    def close(self) -> None:
        """Close the connection, if there is one."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _connected(self) -> bool:
        return self._smtp is not None

    def _transact(
        self, smtp: smtplib.SMTP, sender: str, recipient: str, content: bytes, *, utf8: bool
    ) -> str:
        try:
            return self._sent(smtp, sender, recipient, content, utf8=utf8)
        except NotAccepted as refusal:
            if refusal.answer.code in {None, 421}:
                self._smtp = None
                smtp.close()
            else:
                self._reset(smtp)
            raise

    def _sent(self, smtp: smtplib.SMTP, sender: str, recipient: str, content: bytes, *, utf8: bool) -> str:
        if utf8 and not smtp.has_extn("smtputf8"):
            raise NotAccepted(NO_SMTPUTF8)
        options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
        with at(Stage.MAIL):
            check(Stage.MAIL, smtp.mail(sender, options))
        with at(Stage.RCPT):
            check(Stage.RCPT, smtp.rcpt(recipient))
        with at(Stage.DATA):
            smtp.putcmd("data")
            code, words = smtp.getreply()
            if code != _GO_AHEAD:
                raise NotAccepted(answer(Stage.DATA, code, words))
        with at(Stage.MESSAGE), _patient(smtp):
            smtp.send(_framed(content))
            return check(Stage.MESSAGE, smtp.getreply())

    def _reset(self, smtp: smtplib.SMTP) -> None:
        """Reset the SMTP transaction after a refusal, so that the connection can send the next mail."""
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._smtp = None
            smtp.close()


@contextmanager
def _patient(smtp: smtplib.SMTP) -> Iterator[None]:
    """Wait longer for the reply to a message."""
    if smtp.sock is not None:
        smtp.sock.settimeout(MESSAGE_SECONDS)
    yield
    if smtp.sock is not None:
        smtp.sock.settimeout(smtp_connect.SMTP_SECONDS)


def _framed(content: bytes) -> bytes:
    """Return a message as it is sent: CRLF line ends, leading dots doubled, and a final dot."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"
