"""Every change leaves exactly one entry, and the chain still verifies."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.base import clock
from app.models import Credential, User
from app.services.accounts import accounts
from app.services.audit_log import verification
from app.services.keys import keys
from app.services.login import sessions
from app.text import email_addresses
from tests.support.portal import PASSWORD

MEMBERS, ORGANIZATION = "/organization/members/", "/organization/"


def create(cast):
    cast.api("charlie").put(ORGANIZATION, name="Southwind")


def update(cast):
    cast.api("alice").post(ORGANIZATION, orgId=cast.org, name="Southwind")


def delete(cast):
    cast.api("alice").delete(ORGANIZATION, orgId=cast.org, name="Northwind")


def invite(cast):
    cast.api("alice").post(MEMBERS, orgId=cast.org, email=cast.charlie.email, role="read")


def resend(cast):
    cast.api("alice").post(MEMBERS, orgId=cast.org, email=cast.ivy.email, role="read")


def change_role(cast):
    cast.api("alice").post(MEMBERS, orgId=cast.org, email=cast.rita.email, role="write")


def remove(cast):
    cast.api("alice").delete(MEMBERS, orgId=cast.org, email=cast.rita.email)


def cancel(cast):
    cast.api("alice").delete(MEMBERS, orgId=cast.org, email=cast.ivy.email)


def leave(cast):
    cast.api("rita").delete(MEMBERS, orgId=cast.org, email=cast.rita.email)


def accept(cast):
    cast.browsers["ivy"].json("POST", "/invitation/", json={"orgId": cast.org})


def decline(cast):
    cast.browsers["ivy"].json("DELETE", "/invitation/", json={"orgId": cast.org})


def sign_in(cast):
    cast.portal.browser().log_in(cast.alice.email, PASSWORD)


def sign_out(cast):
    cast.browsers["ivy"].submit("/logout/")


def register(cast):
    cast.portal.browser().submit(
        "/register/", email="new@crew.test", password="a fine long passphrase", name="New"
    )


def request_confirmation_again(cast):
    cast.browsers["paul"].json("POST", "/confirm/resend/")


def request_reset(cast):
    cast.portal.browser().submit("/reset/", email=cast.alice.email)
    cast.portal.run_jobs()


def create_account(cast):
    cast.portal.person("Nora")


def disable_account(cast):
    with cast.portal.writing():
        accounts.disable(email_addresses.parse(cast.rita.email))


def enable_account(cast):
    with cast.portal.writing():
        accounts.enable(email_addresses.parse("dina@crew.test"))


def sign_out_by_operator(cast):
    with cast.portal.writing():
        sessions.close_of(email_addresses.parse(cast.alice.email))


def create_key(cast):
    cast.portal.key(cast.rita)


def revoke_key(cast):
    with cast.portal.writing() as db:
        keys.revoke(None, db.scalar(select(Credential.id).where(Credential.kind == "key").limit(1)))


OPERATIONS = [
    (create, "organization.created"),
    (update, "organization.updated"),
    (delete, "organization.deleted"),
    (invite, "member.invited"),
    (resend, "invitation.resent"),
    (change_role, "member.role_changed"),
    (remove, "member.removed"),
    (cancel, "invitation.cancelled"),
    (leave, "member.left"),
    (accept, "invitation.accepted"),
    (decline, "invitation.declined"),
    (sign_in, "session.opened"),
    (sign_out, "session.closed"),
    (register, "account.registered"),
    (request_confirmation_again, "account.confirmation_requested"),
    (request_reset, "password.reset_requested"),
    (create_account, "account.created"),
    (disable_account, "account.disabled"),
    (enable_account, "account.enabled"),
    (sign_out_by_operator, "account.logged_out"),
    (create_key, "key.created"),
    (revoke_key, "key.revoked"),
]


@pytest.mark.parametrize(
    ("operation", "action"), OPERATIONS, ids=[operation.__name__ for operation, _ in OPERATIONS]
)
def test_each_change_leaves_one_entry(cast, operation, action):
    for name in ("alice", "charlie", "rita"):
        cast.api(name)
    paul = cast.portal.person("Paul", confirmed=False)
    dina = cast.portal.person("Dina")
    with cast.portal.writing() as db:
        db.get_one(User, dina.uid).disabled_at = clock.now()
    cast.browsers = {"ivy": cast.browser("ivy"), "paul": cast.portal.browser(paul)}
    count_before = len(cast.portal.audit())

    operation(cast)

    assert [entry.action for entry in cast.portal.audit()[count_before:]] == [action]
    with cast.portal.database.reading():
        assert verification.verify()[0] == count_before + 1


def test_update_without_a_change_leaves_no_entry(cast):
    count_before = len(cast.portal.audit()) + 1
    cast.api("alice").post(ORGANIZATION, orgId=cast.org, name="Northwind")

    assert len(cast.portal.audit()) == count_before


def test_bulk_change_leaves_an_entry_for_each_member(cast):
    cast.api("alice").post(
        "/organization/members/bulk/",
        orgId=cast.org,
        email=[cast.rita.email, cast.uma.email],
        action="role",
        role="write",
    )

    changed = cast.portal.audit("member.role_changed")
    assert [entry.target for entry in changed] == [cast.rita.uid, cast.uma.uid]
    assert changed[1].previous_hash == changed[0].hash


def test_key_that_expires_is_recorded_in_full(cast):
    with time_machine.travel("2026-05-01T00:00:00Z", tick=False), cast.portal.writing() as db:
        user = db.get_one(User, cast.rita.uid)
        keys.create(user, name="ci", organization_id=cast.org, lifetime=timedelta(days=1))

    *_, entry = cast.portal.audit("key.created")
    assert entry.organization_id == cast.org
    assert {**entry.after, "prefix": ""} == {
        "owner": cast.rita.email,
        "name": "ci",
        "role": "super_admin",
        "prefix": "",
        "expires_at": "2026-05-02T00:00:00Z",
    }
