"""Open connections to the mail server: connect, greet, encrypt and log in."""

import ipaddress
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import SplitResult, unquote, urlsplit

from app.base.config import Config
from app.services.mail import smtp_auth
from app.services.mail.smtp_replies import NEW_LINE, Answer, Stage

SMTP_SECONDS = 20
PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 587}
NOT_ENCRYPTED = "the server does not offer STARTTLS, and CREWROOM_SMTP_URL does not say smtp+plain://"
_NO_TLS = "smtps:// is for servers that begin with TLS, smtp:// for STARTTLS"
_OLD_TLS = "TLS 1.2 or newer is needed"
_ISSUER = "to trust its issuer, set SSL_CERT_FILE to a PEM file with that certificate"
# OpenSSL's X509_V_ERR_…: signed by another key of a known name, self-signed, and by an unknown issuer.
_UNKNOWN_ISSUER = {7, 18, 19, 20, 21}
_LONGEST_WORDS = 300
_POSITIVE = range(200, 300)
_UNKNOWN_COMMAND = 500


class NotAccepted(Exception):
    """The server did not accept the mail; `answer` says why, and at which stage."""

    def __init__(self, answer: Answer) -> None:
        """Keep the answer."""
        super().__init__(str(answer))
        self.answer = answer


def connect(config: Config) -> smtplib.SMTP:
    """Return a connection that is ready to send mail. Raises `NotAccepted` if that fails."""
    server = urlsplit(config.smtp_url or "")
    smtp = _opened(server, greeting_name(config))
    try:
        _greet(smtp)
        _encrypt(smtp, server)
        with at(Stage.AUTH):
            smtp_auth.log_in(smtp, unquote(server.username or ""), unquote(server.password or ""))
    except BaseException:
        smtp.close()
        raise
    return smtp


def greeting_name(config: Config) -> str:
    """Return the name for EHLO: the host of the base URL, in the form that RFC 5321 requires."""
    host = urlsplit(config.base_url).hostname or "localhost"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"  # noqa: PLR2004 - IP version 6


def _opened(server: SplitResult, name: str) -> smtplib.SMTP:
    host, port = server.hostname or "", server.port or PORTS[server.scheme]
    with at(Stage.CONNECT):
        if server.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, name, timeout=SMTP_SECONDS, context=context)
        return smtplib.SMTP(host, port, name, timeout=SMTP_SECONDS)


def _greet(smtp: smtplib.SMTP) -> None:
    with at(Stage.EHLO):
        code, words = smtp.ehlo()
        if code >= _UNKNOWN_COMMAND:  # an old server; after a 4xx such as 421 HELO would not help
            code, words = smtp.helo()
        check(Stage.EHLO, (code, words))


def _encrypt(smtp: smtplib.SMTP, server: SplitResult) -> None:
    """Switch to TLS and verify the certificate. Only connections to this machine may stay unencrypted.

    Raises `NotAccepted` if a remote server does not offer STARTTLS.
    """
    if server.scheme != "smtp":
        return
    if not smtp.has_extn("starttls"):
        if _loopback(server.hostname or ""):
            return
        raise NotAccepted(Answer(Stage.TLS, None, NOT_ENCRYPTED))
    with at(Stage.TLS):
        check(Stage.TLS, smtp.starttls(context=ssl.create_default_context()))
    _greet(smtp)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def at(stage: Stage) -> Iterator[None]:
    """Turn errors of the library and the network into `NotAccepted` with an answer of this stage."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise NotAccepted(answer(stage, error.smtp_code, error.smtp_error)) from error
    except ssl.SSLCertVerificationError as error:
        raise NotAccepted(Answer(Stage.TLS, None, _untrusted(error))) from error
    except ssl.SSLError as error:
        advice = _NO_TLS if stage is Stage.CONNECT else _OLD_TLS
        words = f"no encryption was agreed on ({error.reason or error}); {advice}"
        raise NotAccepted(Answer(Stage.TLS, None, words)) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotAccepted(answer(stage, None, str(error) or type(error).__name__)) from error


def _untrusted(error: ssl.SSLCertVerificationError) -> str:
    advice = f"; {_ISSUER}" if error.verify_code in _UNKNOWN_ISSUER else ""
    return f"the server's certificate is not trusted ({error.verify_message.rstrip('.')}){advice}"


def check(stage: Stage, reply: tuple[int, bytes]) -> str:
    """Return a positive reply as text. Raises `NotAccepted` for any other reply."""
    received = answer(stage, *reply)
    if received.code not in _POSITIVE:
        raise NotAccepted(received)
    return f"{received.code} {received.words}"


def answer(stage: Stage, code: int | None, words: bytes | str) -> Answer:
    """Return an answer with its text as one printable line. `smtplib` uses -1 for a missing code."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    lines = (" ".join("".join(map(_printable, line)).split()) for line in text.splitlines())
    return Answer(stage, code if code and code > 0 else None, NEW_LINE.join(lines)[:_LONGEST_WORDS])


def _printable(sign: str) -> str:
    return sign if sign.isprintable() else " "
