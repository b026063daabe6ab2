"""Send a test mail to the operator's address, bypassing the queue and the mailbox limits."""

from dataclasses import dataclass

from app.base import clock, identifiers
from app.base.config import Config
from app.models import Job
from app.services.mail import file_delivery, outbox
from app.services.mail.connections import Connection
from app.services.mail.smtp_connect import NotAccepted
from app.services.mail.smtp_replies import Stage
from app.text import email_addresses


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the mail was accepted, and the result in one line."""

    taken: bool
    text: str


def send(config: Config, to: str) -> Outcome:
    """Send a test mail now, or write it to a file without a mail server; return the outcome."""
    job = Job(
        id=identifiers.new("job"),
        kind=outbox.KIND,
        details={"template": "test", "to": email_addresses.parse(to).typed, "facts": {}},
        created_at=clock.now(),
    )
    if not config.smtp_url:
        try:
            path = file_delivery.write(config, job)
            return Outcome(taken=True, text=f"Written to {path}: no mail server is set")
        except OSError as error:
            return Outcome(taken=False, text=f"The file cannot be written ({error})")
    connection = Connection(config)
    try:
        words = outbox.send(connection, config, job)
        return Outcome(taken=True, text=f"Sent to {to} by {connection.described}: {words}")
    except NotAccepted as refusal:
        where = "Not connected" if refusal.answer.stage is Stage.CONNECT else "Not sent"
        return Outcome(taken=False, text=f"{where} ({connection.server}), {refusal.answer}")
    finally:
        connection.close()
