"""A session or key that ends after its actor was read, but before the change: nothing is changed."""

from datetime import timedelta

import pytest

from app.base.errors import NotAuthenticated
from app.base.permissions import Action
from app.models import Credential, CredentialKind
from app.services.accounts import email_change, erasure, profile
from app.services.core import credentials, organization_access
from app.services.keys import keys
from app.services.login import passkeys, recovery_codes, second_factors, sessions, totp
from app.services.organizations import organizations
from app.text import email_addresses
from tests.support.portal import Person, Portal
from tests.support.second_factors import AuthenticatorApp
from tests.support.snapshots import snapshot


def confirm_an_app(actor):
    setup = totp.begin(actor)
    return totp.confirm(actor, setup.sealed, AuthenticatorApp(setup.secret, []).code())


CHANGES = {
    "change the profile": lambda actor, _: profile.update(actor, name="Written back"),
    "change the password": lambda actor, _: profile.change_password(actor, "a hash", device=""),
    "erase the account": lambda actor, _: erasure.erase(actor, actor.address),
    "request another address": lambda actor, _: email_change.request(
        actor, email_addresses.parse("new@crew.test")
    ),
    "add an app": lambda actor, _: confirm_an_app(actor),
    "request a passkey": lambda actor, _: passkeys.registration_options(actor),
    "rename a factor": lambda actor, _: second_factors.rename(actor, "factor_x", name="mine"),
    "remove a factor": lambda actor, _: second_factors.remove(actor, "factor_x"),
    "generate recovery codes": lambda actor, _: recovery_codes.generate(actor),
    "create a key": lambda actor, _: keys.create(actor, name="kept"),
    "create a key for the organization": lambda actor, org: keys.create(
        actor, name="kept", organization_id=org
    ),
    "renew a key": lambda actor, _: keys.renew(actor, "key_x"),
    "end a session": lambda actor, _: sessions.revoke(actor, "session_x"),
    "end the other sessions": lambda actor, _: sessions.revoke_others(actor),
    "create an organization": lambda actor, _: organizations.create(actor, name="Kept"),
    "change an organization": lambda actor, org: organization_access.require(
        actor, org, Action.ORGANIZATION_UPDATE, changing=True
    ),
}


@pytest.fixture
def portal(settings_for):
    """A portal with an address that allows passkeys."""
    portal = Portal(settings_for(CREWROOM_BASE_URL="https://crew.test"))
    yield portal
    portal.close()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_ended_session_can_change_nothing(portal, change):
    alice = portal.person("Alice")
    org = portal.organization(alice)
    with portal.writing():
        actor = portal.actor(alice)
    with portal.writing():
        credentials.revoke(Credential.id == actor.credential_id)
    before = snapshot(portal.config)

    with pytest.raises(NotAuthenticated), portal.writing():
        change(actor, org)

    assert before.contents() == before.rows
    before.close()


def renew_as_owner(portal, actor, *overlaps):
    """Renew the actor's key as its owner, once for each overlap."""
    with portal.writing():
        owner = portal.actor(Person(actor.user_id, actor.email, ""))
        for hours in overlaps:
            keys.renew(owner, actor.credential_id, overlap=timedelta(hours=hours))


@pytest.mark.parametrize("overlaps", [(0,), (24, 0), (24, 24)], ids=str)
def test_replaced_secret_can_change_nothing(portal, overlaps):
    """The key still works with its new secret, but the secret that was sent has ended."""
    alice = portal.person("Alice")
    org, secret = portal.organization(alice), portal.key(alice)
    with portal.writing():
        actor = credentials.actor_for(secret, CredentialKind.KEY)

    renew_as_owner(portal, actor, *overlaps)

    with pytest.raises(NotAuthenticated), portal.writing():
        organization_access.require(actor, org, Action.ORGANIZATION_UPDATE, changing=True)


def test_secret_replaced_with_an_overlap_can_still_change_things(portal):
    alice = portal.person("Alice")
    org, secret = portal.organization(alice), portal.key(alice)
    with portal.writing():
        actor = credentials.actor_for(secret, CredentialKind.KEY)

    renew_as_owner(portal, actor, 24)

    with portal.writing():
        found = organization_access.require(actor, org, Action.ORGANIZATION_UPDATE, changing=True)
    assert found.organization.id == org
