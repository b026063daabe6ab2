"""A portal in this process, and methods that set up people and organizations in it."""

import email
import email.policy
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import select

from app import create_app
from app.base import clock
from app.base.config import Config
from app.base.permissions import Action, Role
from app.models import AuditEntry, Base, CredentialKind, Membership, User
from app.services.accounts import accounts
from app.services.core import credentials, organization_access
from app.services.job_handlers import HANDLERS
from app.services.jobs import jobs
from app.services.keys import keys
from app.services.login import passwords, sessions
from app.services.members import members
from app.services.organizations import organizations
from app.storage.database import Database  # noqa: TC001 - mypy and readers need it here
from app.text import email_addresses
from tests.support.clients import Api, Browser
from tests.support.template_cache import TEMPLATES

PASSWORD = "correct horse battery"


@cache
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@dataclass(frozen=True)
class Person:
    """A person with an account, whose password is `PASSWORD`."""

    uid: str
    email: str
    name: str


class Portal:
    """A portal in this process."""

    def __init__(self, config: Config) -> None:
        self.app = create_app(config)
        self.app.jinja_env.bytecode_cache = TEMPLATES
        self.config: Config = self.app.extensions["config"]
        self.database: Database = self.app.extensions["database"]

    def close(self) -> None:
        self.database.close()

    @property
    def mail_folder(self) -> Path:
        return self.config.instance / "mail"

    # Clients

    def api(self, key: str | None = None, **headers: str) -> Api:
        """Return an API client with a key, or without one."""
        return Api(self.app, {"Authorization": key, **headers} if key else headers)

    def browser(self, person: Person | None = None) -> Browser:
        """Return a browser, signed in if a person is given; tests of signing in call `log_in` instead."""
        browser = Browser(self.app)
        if person:
            with self.database.writing():
                secret = sessions.open_session(person.uid, device="a browser", by=[sessions.PASSWORD])
            browser.enter(secret)
        return browser

    # Setting up

    def person(self, name: str, address: str | None = None, *, confirmed: bool = True) -> Person:
        """Create an account, such as `alice@crew.test`."""
        typed, hashed = address or f"{name.lower()}@crew.test", password_hash()
        with self.database.writing():
            user = accounts.create(email_addresses.parse(typed), name=name, password_hash=hashed)
            if not confirmed:
                user.confirmed_at = None
            return Person(user.id, user.email, user.name)

    def key(
        self,
        person: Person,
        role: Role = Role.SUPER_ADMIN,
        organization: str | None = None,
        lifetime: timedelta | None = None,
    ) -> str:
        """Create an API key and return its secret."""
        with self.database.writing() as db:
            user = db.get_one(User, person.uid)
            _, secret = keys.create(
                user, name="test", role=role, organization_id=organization, lifetime=lifetime
            )
            return secret

    def organization(self, owner: Person, name: str = "Northwind") -> str:
        """Create an organization whose super admin is `owner`; return its identifier."""
        with self.database.writing():
            return organizations.create(self.actor(owner), name=name).id

    def join(self, organization_id: str, person: Person, role: Role) -> None:
        """Make a person a member without an invitation."""
        with self.database.writing() as db:
            db.add(
                Membership(
                    organization_id=organization_id,
                    user_id=person.uid,
                    role=role,
                    pending=False,
                    added_at=clock.now(),
                )
            )

    def invite(self, organization_id: str, by: Person, person: Person, role: Role) -> None:
        """Invite a person on behalf of `by`."""
        with self.database.writing():
            access = organization_access.require(self.actor(by), organization_id, Action.MEMBERS_MANAGE)
            members.invite(access, email_addresses.parse(person.email), role)

    def actor(self, person: Person):
        """Return an actor with a new session; needs an open unit of work."""
        _, secret = credentials.issue(person.uid, CredentialKind.SESSION, lifetime=timedelta(days=1))
        from app.storage.database import db

        db.flush()
        return credentials.actor_for(secret, CredentialKind.SESSION)

    # Looking at the result

    def empty(self) -> bool:
        """Return whether there is no account yet."""
        with self.database.reading() as db:
            return db.scalar(select(User.id).limit(1)) is None

    def role_of(self, organization_id: str, person: Person) -> str | None:
        """Return a person's role as the contract writes it, None without a membership."""
        with self.database.reading() as db:
            membership = db.get(Membership, (organization_id, person.uid))
            return membership.written_role if membership else None

    def audit(self, *actions: str) -> list[SimpleNamespace]:
        """Return the audit entries, oldest first; with `actions`, the successful ones of these events."""
        with self.database.reading() as db:
            entries = db.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
            columns = AuditEntry.__table__.columns.keys()
            found = [SimpleNamespace(**{name: getattr(entry, name) for name in columns}) for entry in entries]
        return [one for one in found if not actions or (one.action in actions and one.outcome == "done")]

    def stored_bytes(self) -> bytes:
        """Return everything that the database stores: its files and log, or the rows of every table."""
        if self.config.sqlite:
            return b"".join(path.read_bytes() for path in sorted(self.config.instance.glob("crewroom.db*")))
        with self.database.reading() as db:
            rows = [db.execute(select(table)).all() for table in Base.metadata.sorted_tables]
        return repr(rows).encode()

    def run_jobs(self) -> int:
        """Run the jobs that are due, as a worker would."""
        return jobs.run_due(self.database, HANDLERS)

    def mails(self, to: str | None = None) -> list[EmailMessage]:
        """Deliver what is due; return all mails in the order of their jobs, or those to one address."""
        self.run_jobs()
        ordered = read_mails(self.mail_folder)
        return [mail for mail in ordered if to is None or mail["To"] == to]

    def link(self, to: str) -> str:
        """Return the path and query of the link in the newest mail to an address."""
        return link_in(self.mails(to)[-1], self.config.base_url)

    @contextmanager
    def write_lock_held(self) -> Iterator[None]:
        """Keep the write lock in another thread until the block ends."""
        started, over = threading.Event(), threading.Event()

        def keep_lock() -> None:
            with self.database.writing() as db:
                db.connection()
                started.set()
                over.wait(30)

        with ThreadPoolExecutor(1) as threads:
            keeping = threads.submit(keep_lock)
            started.wait(30)
            try:
                yield
            finally:
                over.set()
                keeping.result()

    @contextmanager
    def writing(self) -> Iterator:
        """Open a unit of work that commits."""
        with self.database.writing() as db:
            yield db


def read_mails(folder: Path) -> list[EmailMessage]:
    """Read the mails in a folder, in the order of their jobs."""
    parsed = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in folder.glob("*.eml")
    ]
    return sorted(parsed, key=lambda mail: str(mail["Message-ID"]))


def text_of(mail: EmailMessage) -> str:
    """Return the text part of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage, base_url: str) -> str:
    """Return path and query of the first link to the portal in the text part of a mail."""
    line = next(line for line in text_of(mail).splitlines() if line.startswith(base_url))
    return line.removeprefix(base_url).strip()
