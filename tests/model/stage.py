"""The portal that the state machine uses: four people with sessions, restored before each run."""

from datetime import UTC, datetime
from typing import Any

import time_machine
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.text import links
from tests.model.state import Link, Person, Secret
from tests.support.clients import Api, Browser
from tests.support.databases import databases
from tests.support.shared_installation import SharedInstallation

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
NAMES = ("Ada", "Bob", "Carl", "Dora")

_LINK = text("SELECT id FROM invitations WHERE state = 'open' AND organization_id = :org AND user_id = :user")
# Queries for rows that must not exist: leftovers of ended memberships, and incomplete ones.
BROKEN = {
    "a limited key of a non-member": """
        SELECT c.id FROM credentials c LEFT JOIN memberships m
        ON m.organization_id = c.organization_id AND m.user_id = c.user_id AND NOT m.pending
        WHERE c.organization_id IS NOT NULL AND c.revoked_at IS NULL AND m.user_id IS NULL""",
    "an open invitation by a non-member": """
        SELECT i.id FROM invitations i LEFT JOIN memberships m
        ON m.organization_id = i.organization_id AND m.user_id = i.invited_by AND NOT m.pending
        WHERE i.state = 'open' AND m.user_id IS NULL""",
    "an invitee without an open invitation": """
        SELECT m.user_id FROM memberships m LEFT JOIN invitations i
        ON i.organization_id = m.organization_id AND i.user_id = m.user_id AND i.state = 'open'
        WHERE m.pending AND i.id IS NULL""",
    "an open invitation without a pending membership": """
        SELECT i.id FROM invitations i LEFT JOIN memberships m
        ON m.organization_id = i.organization_id AND m.user_id = i.user_id AND m.pending
        WHERE i.state = 'open' AND m.user_id IS NULL""",
    "an organization without an active super admin": """
        SELECT o.id FROM organizations o LEFT JOIN memberships m
        ON m.organization_id = o.id AND m.role = 'super_admin' AND NOT m.pending
        WHERE m.user_id IS NULL""",
}


class Stage:
    """A portal, four people, and a method that sends requests as one of them."""

    def __init__(self, installation: SharedInstallation) -> None:
        self.portal = installation.portal(installation.settings())
        with time_machine.travel(START, tick=False):
            accounts = [self.portal.person(name) for name in NAMES]
            self.people = [Person(made.uid, made.email, made.name) for made in accounts]
            self._browsers = dict(
                zip(self.people, [self.portal.browser(made) for made in accounts], strict=True)
            )
            self._tokens = {person: browser.token() for person, browser in self._browsers.items()}
        # Saved without a note, so that no `cast` is restored from it.
        databases().save(self.portal.config.instance, None)

    def restore(self) -> None:
        """Restore everything: four people, and nothing else."""
        databases().restore(self.portal.config.instance)

    def send(self, key: str | None, actor: Secret, method: str, path: str, **fields: Any) -> TestResponse:
        """Send JSON or a query with a key, or else with the actor's session."""
        given: dict[str, Any] = {"query_string": fields} if method == "GET" else {"json": fields}
        if key:
            return Api(self.portal.app, {"Authorization": key}).send(method, path, **given)
        browser: Browser = self._browsers[actor.owner]
        token = self._tokens[actor.owner]
        return browser.client.open(path, method=method, headers={"X-CSRFToken": token}, **given)

    def use_sessions(self) -> None:
        """Use every session once, so that none expires."""
        for browser in self._browsers.values():
            browser.client.get("/account/").close()

    def token(self, link: Link) -> str:
        """Return the secret in the mail of an open invitation."""
        wanted = {"org": link.organization.id, "user": link.person.uid}
        with self.portal.database.reading() as db:
            found = db.scalar(_LINK, wanted)
        return links.secret(self.portal.config, links.Purpose.INVITATION, found)

    def broken(self) -> list[str]:
        """Return the names of the queries that find rows which must not exist."""
        with self.portal.database.reading() as db:
            return [name for name, query in BROKEN.items() if db.execute(text(query)).first()]
