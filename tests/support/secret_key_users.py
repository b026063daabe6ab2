"""An installation that uses everything that depends on the secret key."""

import pyotp
from sqlalchemy import text

from app.base import clock, identifiers
from app.base import tokens as sealing
from app.base.permissions import Role
from app.models import Factor, FactorKind
from app.services.core import users
from app.services.installation import installations
from app.services.login import second_factors
from app.text import email_addresses
from tests.support.commands import CommandLine
from tests.support.portal import PASSWORD


class SecretKeyUsers:
    """A member with sessions, links and an API key, and a pending invitation."""

    def __init__(self, command: CommandLine) -> None:
        self.command = command
        self.file = command.instance / "secret_key"
        self.alice, self.bob = (command.person(f"{name}@crew.test") for name in ("alice", "bob"))
        portal = command.portal()
        self.org = portal.organization(self.alice)
        portal.invite(self.org, self.alice, self.bob, Role.READ)
        self.key = portal.key(self.alice)
        self.invitation = portal.link("bob@crew.test")
        browser = portal.browser()
        browser.log_in("alice@crew.test", PASSWORD)
        portal.close()

    def verify(self) -> str:
        return self.command.done("audit", "verify")

    def status(self, key: str) -> int:
        portal = self.command.portal()
        status = portal.app.test_client().get("/organization/", headers={"authorization": key}).status_code
        portal.close()
        return status

    def live_credentials(self, kind: str) -> int:
        query = text(f"SELECT count(*) FROM credentials WHERE kind = '{kind}' AND revoked_at IS NULL")  # noqa: S608
        with installations.existing(self.command.config()) as database, database.reading() as db:
            return db.scalar(query) or 0

    def keys(self):
        with installations.existing(self.command.config()) as database, database.reading() as db:
            rows = db.execute(text("SELECT number, sealed IS NULL FROM portal_keys ORDER BY number"))
            return [(number, bool(newest)) for number, newest in rows]


def add_authenticator_app(portal, address):
    secret = pyotp.random_base32()
    with portal.writing() as db:
        user = users.find(email_addresses.parse(address))
        assert user is not None
        sealed = sealing.seal(portal.config.secret_key, second_factors.purpose(user.id), secret, at=0)
        db.add(
            Factor(
                id=identifiers.new("factor"),
                user_id=user.id,
                kind=FactorKind.TOTP,
                name="App",
                sealed=sealed,
                created_at=clock.now(),
            )
        )
    return secret


def decrypted_app_secret(used):
    with installations.existing(used.command.config()) as database, database.reading() as db:
        user_id, sealed = db.execute(text("SELECT user_id, sealed FROM factors")).one()
        return sealing.unseal(database.config.secret_key, second_factors.purpose(user_id), sealed, at=0)
