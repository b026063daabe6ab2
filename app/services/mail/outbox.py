"""The outbox: mail is queued in the transaction that causes it, and sent by workers."""

import threading
from email.policy import SMTP, SMTPUTF8
from typing import Any

import structlog
from sqlalchemy import select, update

from app.base import clock
from app.base.config import Config
from app.models import AddressChange, Credential, Invitation, InvitationState, Job, JobOutcome, User
from app.services.core import credentials
from app.services.jobs import jobs
from app.services.jobs.outcomes import Deferred, Dropped, OnEnd, Outage, Refused, Uncertain
from app.services.mail import file_delivery, mailbox_limits, messages
from app.services.mail.connections import Connection
from app.services.mail.mailbox_limits import Place
from app.services.mail.smtp_connect import NotAccepted
from app.services.mail.smtp_replies import Answer, Verdict
from app.storage.database import Database, db
from app.text import email_addresses, links

KIND = "mail"
# People don't wait for these, so other mail is sent first.
_BULK = {
    "invitation",
    "key_cut_off",
    "removed",
    "role_changed",
    "second_factor_reminder",
    "second_factor_required",
}

log = structlog.get_logger()
_kept = threading.local()


def queue(template: str, to: str, *, link: tuple[links.Purpose, str] | None = None, **facts: str) -> bool:
    """Queue a mail in the current transaction. `link` identifies a secret link; the secret is not stored.

    Return False if the daily limit of the mailbox withholds the mail, else True.
    """
    details: dict[str, Any] = {"template": template, "to": to, "facts": facts}
    if link:
        details["link"] = [link[0].value, link[1]]
    about = facts.get("organization_id") or facts.get("organization", "")
    bulk = template in _BULK
    place = mailbox_limits.placement(template, to, about=about, urgent=not bulk)
    mailbox_limits.drop_replaced(place)
    columns = {"rank": jobs.BULK if bulk else 0, "addressee": place.addressee, "topic": place.topic}
    if place.withheld:
        _withhold(template, place, columns)
    else:
        jobs.enqueue(KIND, details, due_at=place.due_at, **columns)
    return not place.withheld


def cooling_down(template: str, to: str) -> bool:
    """Return whether mail of this kind has to wait, so that the link in the last one should keep working."""
    return not mailbox_limits.placement(template, to, urgent=True).at_once


def inviter_facts(user_id: str) -> dict[str, str]:
    """Return the facts that name the inviter in mail. Replies go to confirmed addresses only."""
    user = db.get_one(User, user_id)
    reply_to = user.email if user.confirmed_at else ""
    return {"invited_by": user.name, "invited_by_email": user.email, "reply_to": reply_to}


def deliver(database: Database, job: Job) -> OnEnd:
    """Send a queued mail, or write it to a file without a mail server.

    Raises `Dropped` if its link no longer works, or another exception of `outcomes` if the server refuses.
    """
    purpose, identifier = job.details.get("link", (None, None))
    if purpose:
        with database.reading():
            alive = _alive(links.Purpose(purpose), identifier)
        if not alive:
            raise Dropped
    invited = purpose == links.Purpose.INVITATION
    config = database.config
    if not config.smtp_url:
        file_delivery.write(config, job)
    else:
        try:
            send(_connection(config), config, job)
        except NotAccepted as refusal:
            raise _consequence(refusal.answer, identifier if invited else None) from refusal
    return (lambda: _update(identifier, mailed_at=clock.now(), undelivered=None)) if invited else None


def send(connection: Connection, config: Config, job: Job) -> str:
    """Send a mail and return the server's reply. Raises `NotAccepted` if the server does not accept it."""
    to = email_addresses.for_smtp(job.details["to"])
    utf8 = not to.isascii()
    message = messages.compose(config, job, to=to, encoding="quoted-printable")
    content = message.as_bytes(policy=SMTPUTF8 if utf8 else SMTP)
    return connection.hand_over(messages.sender(config), to, content, utf8=utf8)


def _withhold(template: str, place: Place, columns: dict[str, Any]) -> None:
    """Log that a mail is withheld, and add a row for it once a day for each topic."""
    log.warning("mail_withheld", template=template, addressee=place.addressee[:12])
    if not place.repeated:
        columns |= {"outcome": JobOutcome.WITHHELD, "failure": mailbox_limits.REASON, "done_at": clock.now()}
        jobs.enqueue(KIND, {}, **columns)


def _connection(config: Config) -> Connection:
    """Return this thread's connection, which is kept open while there is more mail to send."""
    kept: Connection | None = getattr(_kept, "connection", None)
    if kept is None:
        kept = _kept.connection = Connection(config)
        jobs.close_when_idle(_hang_up)
    return kept


def _hang_up() -> None:
    _kept.connection.close()
    _kept.connection = None


def _consequence(answer: Answer, invitation_id: str | None) -> Exception:
    """Return the exception for a refusal. Its reason names no address, because it is kept in the row."""
    reason = answer.anonymous
    on_end = (lambda: _update(invitation_id, undelivered=answer.reason)) if invitation_id else None
    if answer.uncertain:
        return Uncertain(reason, on_end)
    if answer.verdict is Verdict.OUTAGE:
        return Outage(reason)
    return Deferred(reason) if answer.verdict is Verdict.DEFERRED else Refused(reason, on_end)


def _alive(purpose: links.Purpose, identifier: str) -> bool:
    """Return whether a link would still work when its mail arrives."""
    if purpose is links.Purpose.INVITATION:
        live = select(Invitation.id).where(
            Invitation.id == identifier,
            Invitation.state == InvitationState.OPEN,
            Invitation.expires_at > clock.now(),
        )
    elif purpose in {links.Purpose.OLD_ADDRESS, links.Purpose.NEW_ADDRESS}:
        live = select(AddressChange.id).where(
            AddressChange.id == identifier,
            AddressChange.ended_at.is_(None),
            AddressChange.expires_at > clock.now(),
        )
    else:
        live = select(Credential.id).where(Credential.id == identifier, credentials.alive())
    return db.execute(live).first() is not None


def _update(invitation_id: str, **values: Any) -> None:
    """Store the outcome of an invitation's mail, which the members page shows."""
    db.execute(update(Invitation).where(Invitation.id == invitation_id).values(values))
