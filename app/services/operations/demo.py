"""Fill an empty database with a small demo team."""

from datetime import timedelta

from sqlalchemy import select

from app.base import clock
from app.base.errors import OperatorError
from app.base.permissions import Action, Role
from app.models import CredentialKind, Membership, User
from app.services.accounts import accounts
from app.services.apps import apps, bundles
from app.services.core import credentials, organization_access
from app.services.core.actors import Access, Actor
from app.services.members import members
from app.services.organizations import organizations
from app.storage.blobs import Draft
from app.storage.database import config, db
from app.text import email_addresses

PASSWORD = "northwind demo team"  # noqa: S105 - a public demo password
_TEAM = (
    ("Grace Hopper", "grace@northwind.example", Role.ADMIN, timedelta(hours=3)),
    ("Linus Okafor", "linus@northwind.example", Role.WRITE, timedelta(days=1)),
    ("Mei-Ling Zhou", "meiling@northwind.example", Role.WRITE, timedelta(days=3)),
    ("Priya Raghunathan", "priya.raghunathan@consultants.example", Role.UPLOAD, timedelta(days=10)),
    ("Tomás Herrera", "tomas@northwind.example", Role.READ, timedelta(days=49)),
)
_INVITED = (
    ("Sofia Bergström", "sofia.bergstrom@northwind.example", Role.WRITE),
    ("Jon Arnason", "jon@partner.example", Role.READ),
)

_APPS = {
    "Field Companion": ("2.0.0-beta.1", "1.4.0", "1.3.2"),
    "Route Planner": ("0.9.0",),
    "Warehouse Terminal": (),
}


def fill(password_hash: str) -> list[str]:
    """Create the team with a hash of `PASSWORD`; return the lines to print.

    Raises `OperatorError` if the database is not empty.
    """
    if db.execute(select(User.id).limit(1)).first():
        raise OperatorError("The database is not empty", message="The demo only fills a new one.")

    ada = _person("Ada Lovelace", "ada@northwind.example", password_hash)
    access = _organization(ada)
    for name, email, role, ago in _TEAM:
        _join(access, _person(name, email, password_hash), role, ago)
    for name, email, role in _INVITED:
        invited = _person(name, email, password_hash)
        members.invite(access, email_addresses.parse(invited.email), role)
    for name, uploaded in _APPS.items():
        _app(access, name, uploaded)
    return [
        f"{access.organization.name} has {len(_TEAM) + 1} members and {len(_INVITED)} invitations.",
        f"Log in as {ada.email} with the password: {PASSWORD}",
    ]


def _person(name: str, email: str, password_hash: str) -> User:
    return accounts.create(email_addresses.parse(email), name=name, password_hash=password_hash)


def _organization(owner: User) -> Access:
    credential, _ = credentials.issue(
        owner.id, CredentialKind.SESSION, name="demo", lifetime=timedelta(hours=1)
    )
    db.flush()
    actor = Actor(
        user_id=owner.id,
        email=owner.email,
        email_key=owner.email_key,
        name=owner.name,
        image_url=None,
        confirmed=True,
        credential_id=credential.id,
        kind=CredentialKind.SESSION,
        ceiling=Role.SUPER_ADMIN,
        organization_id=None,
        last_used_at=None,
        digest=credential.digest,
    )
    created = organizations.create(actor, name="Northwind Labs")
    db.flush()
    return organization_access.require(actor, created.id, Action.ORGANIZATION_DELETE)


def _app(access: Access, name: str, uploaded: tuple[str, ...]) -> None:
    app = apps.create(access, name=name)
    app_access = apps.require(access.actor, app.id, Action.APPS_MANAGE)
    for version in uploaded:
        file = f"{name} {version}".lower().replace(" ", "-") + ".zip"
        draft = Draft(config().bundles, file)
        draft.write(file.encode() * 40_000)
        draft.seal()
        bundles.add(app_access, draft, version=version)
        draft.discard()


def _join(access: Access, user: User, role: Role, ago: timedelta) -> None:
    db.add(
        Membership(
            organization_id=access.organization.id,
            user_id=user.id,
            role=role,
            pending=False,
            added_at=clock.now(),
            last_active_at=clock.now() - ago,
        )
    )
    db.flush()
