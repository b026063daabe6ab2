"""Render queued mail as text and HTML. Secret links are inserted only here."""

import re
from datetime import datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape

from app.base import clock
from app.base.config import Config
from app.base.paths import TEMPLATES
from app.base.permissions import Role
from app.models import Job
from app.services.mail import display_names, markup
from app.text import email_addresses, humanize, links

# Pages that any mail may link to.
_PAGES = {
    "url": links.Page.HOME,
    "login": links.Page.LOG_IN,
    "reset": links.Page.RESET,
    "security": links.Page.SECURITY,
}
_FOLDER = TEMPLATES / "emails"
_NAME = re.compile(r"[a-z_]{1,60}", re.ASCII)


def is_template(name: object) -> bool:
    """Return whether a mail template has this name. A path is not a name."""
    valid = isinstance(name, str) and bool(_NAME.fullmatch(name))
    return valid and (_FOLDER / f"{name}.mail").is_file()


def compose(config: Config, job: Job, *, to: str, encoding: str) -> EmailMessage:
    """Return a mail to an address. The first line of its source is the subject."""
    facts = {**job.details["facts"], **_urls(config, job)}
    template = job.details["template"]
    if not is_template(template):
        raise ValueError("there is no such mail template")
    text = _templates().get_template(f"{template}.txt").render(facts)
    subject, _, body = text.partition("\n")
    message = EmailMessage()
    message["Subject"] = _one_line(subject.removeprefix("Subject: "))
    message["From"] = _from(config)
    message["To"] = to
    if reply_to := _reply_to(facts):
        message["Reply-To"] = reply_to
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{job.id}@{sender(config).rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.strip() + "\n", cte=encoding)
    html = _templates().get_template(f"{template}.html").render(facts)
    message.add_alternative(html, subtype="html", cte=encoding)
    return message


def sender(config: Config) -> str:
    """Return the address that mail is sent from."""
    return email_addresses.for_smtp(parseaddr(config.mail_from)[1])


def _from(config: Config) -> Mailbox | str:
    if parseaddr(config.mail_from)[1].isascii():
        return config.mail_from
    return Mailbox(parseaddr(config.mail_from)[0], addr_spec=sender(config))


def _reply_to(facts: dict[str, str]) -> Mailbox | None:
    """Return the address for replies, if there is one and headers without SMTPUTF8 can contain it."""
    address = email_addresses.for_smtp(facts.get("reply_to") or "")
    if not address or not address.isascii():
        return None
    return Mailbox(_one_line(display_names.without_links(facts.get("invited_by", ""))), addr_spec=address)


def _urls(config: Config, job: Job) -> dict[str, str]:
    """Return the URLs of pages that a mail may link to, including `url`, its main link."""
    urls = {name: links.page(config, page) for name, page in _PAGES.items()}
    if "link" in job.details:
        purpose, identifier = job.details["link"]
        urls["url"] = links.mailed(config, links.Purpose(purpose), identifier)
    elif "organization_id" in job.details["facts"]:
        urls["url"] = links.organization(config, job.details["facts"]["organization_id"])
    return urls


def _one_line(text: str) -> str:
    """Return a text for a header, on one line and without the start of an encoded word.

    The standard library would decode an encoded word in a name, including any line breaks in it.
    """
    return " ".join(text.split()).replace("=?", "= ?")


def _source(name: str) -> str:
    """Return the template of a mail's text or HTML part, or the layout of the HTML part."""
    stem, _, kind = name.rpartition(".")
    if stem == "layout":
        return (_FOLDER / name).read_text()
    convert = markup.html_of if kind == "html" else markup.text_of
    return convert((_FOLDER / f"{stem}.mail").read_text())


@cache
def _templates() -> Environment:
    """Return the mail templates, with HTML escaped and filters that keep names from becoming links."""
    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["role_label"] = lambda role: Role(role).label
    environment.filters["role_hint"] = lambda role: Role(role).hint
    environment.filters["until"] = lambda moment: humanize.until(datetime.fromisoformat(moment))
    environment.filters["person"] = display_names.person
    environment.filters["described"] = display_names.described
    environment.filters["named"] = display_names.quoted
    return environment
