"""Mail: queued with the deed, written and sent by the worker, secrets put in only then."""

import os
import re
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import select, update

from app import clock, links, wording
from app.config import Config
from app.database import config, database, session
from app.models import AddressChange, Credential, Invitation, InvitationState, Job
from app.permissions import Role
from app.resources import TEMPLATES
from app.services import credentials, jobs

KIND = "mail"
SMTP_SECONDS = 20
_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]+")


def queue(template: str, to: str, *, link: tuple[links.Purpose, str] | None = None, **facts: str) -> None:
    """Queue a mail in the transaction that runs now. `link` names the secret link; no secret is stored."""
    details: dict[str, Any] = {"template": template, "to": to, "facts": facts}
    if link:
        details["link"] = [link[0].value, link[1]]
    jobs.enqueue(KIND, details)


def deliver(job: Job) -> None:
    """Send a queued mail, or drop it when its link has died meanwhile."""
    purpose, identifier = job.details.get("link", (None, None))
    if purpose and not _alive(links.Purpose(purpose), identifier):
        return
    if config().smtp_url:
        _send(config(), _compose(config(), job, encoding="quoted-printable"))
    else:
        # In a file the links stay whole, for people to read and copy.
        _write(config().instance / "mail", job, _compose(config(), job, encoding="8bit"))
    if purpose == links.Purpose.INVITATION:
        _note_mailed(identifier)


def _alive(purpose: links.Purpose, identifier: str) -> bool:
    """Tell whether a link would still work when its mail arrives."""
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
    return session.execute(live).first() is not None


def _note_mailed(invitation_id: str) -> None:
    """Note that an invitation has left, so that the page need not say that it waits."""
    with database().writing() as writer:
        mailed = update(Invitation).where(Invitation.id == invitation_id).values(mailed_at=clock.now())
        writer.execute(mailed)


def _compose(config: Config, job: Job, *, encoding: str) -> EmailMessage:
    """Write the mail in text and HTML from its two templates; the text's first line is the subject."""
    facts = {**job.details["facts"], **_addresses(config, job)}
    template = job.details["template"]
    text = _templates().get_template(f"emails/{template}.txt").render(facts)
    subject, _, body = text.partition("\n")
    message = EmailMessage()
    message["Subject"] = _one_line(subject.removeprefix("Subject: "))
    message["From"] = config.mail_from
    message["To"] = job.details["to"]
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{job.id}@{parseaddr(config.mail_from)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.strip() + "\n", cte=encoding)
    html = _templates().get_template(f"emails/{template}.html").render(facts)
    message.add_alternative(html, subtype="html", cte=encoding)
    return message


def _addresses(config: Config, job: Job) -> dict[str, str]:
    """Return the addresses of pages that a mail may name, and `url`, the one it is about."""
    pages = {"login": "/login/", "reset": "/reset/", "security": "/account/security/"}
    found = {name: links.page(config, path) for name, path in pages.items()}
    if "link" in job.details:
        purpose, identifier = job.details["link"]
        found["url"] = links.mailed(config, links.Purpose(purpose), identifier)
    elif "organization_id" in job.details["facts"]:
        found["url"] = links.organization(config, job.details["facts"]["organization_id"])
    return found


def _send(config: Config, message: EmailMessage) -> None:
    """Hand the mail to the server: `smtp://` upgrades to TLS where offered, `smtps://` begins with it."""
    server = urlsplit(config.smtp_url or "")
    with _connection(server.scheme, server.hostname or "", server.port) as smtp:
        if server.scheme == "smtp":
            smtp.ehlo()
            if smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)


def _connection(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port or 465, timeout=SMTP_SECONDS, context=context)
    return smtplib.SMTP(host, port or 587, timeout=SMTP_SECONDS)


def _write(folder: Path, job: Job, message: EmailMessage) -> None:
    """Put the mail into a file that only the operator can read, complete or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = job.created_at.strftime("%Y%m%dT%H%M%S")
    name = _UNSAFE.sub("_", f"{stamp}_{job.details['template']}_{job.details['to']}")[:120]
    target = folder / f"{name}_{job.id[-6:]}.eml"
    draft = target.with_suffix(".part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_bytes())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _one_line(text: str) -> str:
    """Return a text for a header: on one line, and without the sign that begins an encoded word.

    The standard library would decode such a word in a name that people chose, line breaks in it included.
    """
    return " ".join(text.split()).replace("=?", "= ?")


@cache
def _templates() -> Environment:
    """Return the mail templates; escaped in HTML, as it is in text."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["role_label"] = lambda role: Role(role).label
    environment.filters["role_hint"] = lambda role: Role(role).hint
    environment.filters["until"] = lambda moment: wording.until(datetime.fromisoformat(moment))
    return environment
