"""`/account/email/`: a change of address, which both mailboxes confirm."""

from datetime import timedelta

import pytest
import time_machine

from app.base import clock
from tests.support.portal import PASSWORD, Person, Portal

NEW = "zoe@new.test"


@pytest.fixture
def zoe(portal: Portal) -> Person:
    return portal.person("Zoe")


def request_change(portal: Portal, person: Person, address: str = NEW):
    portal.browser(person).submit("/account/email/", email=address, password=PASSWORD)


def confirm(portal: Portal, address: str):
    link = portal.link(address)
    body = {"token": link.partition("token=")[2], "password": PASSWORD}
    return portal.browser().json("POST", "/account/email/confirm/", json=body)


@pytest.mark.parametrize("order", [("zoe@crew.test", NEW), (NEW, "zoe@crew.test")])
def test_address_changes_once_both_mailboxes_confirm(portal: Portal, zoe: Person, order):
    request_change(portal, zoe)

    first, second = confirm(portal, order[0]), confirm(portal, order[1])

    assert (first.json, second.json) == (
        {"status": "OK", "changed": False},
        {"status": "OK", "changed": True},
    )
    portal.browser().log_in(NEW, PASSWORD)
    portal.browser().log_in(zoe.email, PASSWORD, status=401)
    (entry,) = portal.audit("address.changed")
    assert (entry.actor_id, entry.before, entry.after) == (zoe.uid, {"email": zoe.email}, {"email": NEW})


def test_links_mailed_to_the_old_address_stop_working(portal: Portal, zoe: Person):
    """The old mailbox must no longer give access to the account."""
    portal.browser().submit("/reset/", email=zoe.email)
    portal.run_jobs()
    token = portal.link(zoe.email).partition("token=")[2]
    request_change(portal, zoe)

    confirm(portal, zoe.email)
    confirm(portal, NEW)

    late = portal.browser().json(
        "POST", "/reset/password/", json={"token": token, "password": "plums in the icebox"}
    )
    assert late.status_code == 410
    portal.browser().log_in(NEW, PASSWORD)


@pytest.mark.parametrize(("first", "side"), [("zoe@crew.test", "old"), (NEW, "new")])
def test_first_confirmation_is_audited_once(portal: Portal, zoe: Person, first, side):
    request_change(portal, zoe)

    confirm(portal, first)
    confirm(portal, first)

    (entry,) = portal.audit("address.change_agreed")
    assert (entry.actor_id, entry.target, entry.organization_id) == (zoe.uid, zoe.uid, None)
    assert (entry.before, entry.after) == (None, {"email": first, "side": side})
    confirm(portal, NEW if side == "old" else zoe.email)
    actions = [entry.action for entry in portal.audit() if entry.action.startswith("address.")]
    assert actions == ["address.change_requested", "address.change_agreed", "address.changed"]


def test_erasing_the_account_redacts_the_new_address_in_the_audit_log(portal: Portal, zoe: Person):
    request_change(portal, zoe)
    confirm(portal, NEW)
    portal.browser(zoe).submit("/account/", method="DELETE", email=zoe.email, password=PASSWORD)

    (entry,) = portal.audit("address.change_agreed")
    assert entry.after["side"] == "new"
    assert entry.after["email"].startswith("forgotten-")


def test_one_confirmation_alone_changes_nothing(portal: Portal, zoe: Person):
    request_change(portal, zoe)

    confirm(portal, NEW)
    confirm(portal, NEW)

    portal.browser().log_in(zoe.email, PASSWORD)
    portal.browser().log_in(NEW, PASSWORD, status=401)


def test_opening_the_links_changes_nothing(portal: Portal, zoe: Person):
    request_change(portal, zoe)

    for address in (zoe.email, NEW):
        portal.browser().get(portal.link(address))

    assert portal.audit("address.changed") == []


def test_links_expire_after_a_day(portal: Portal, zoe: Person):
    request_change(portal, zoe)
    portal.mails()

    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1), tick=False):
        refused = confirm(portal, NEW)

    assert (refused.status_code, refused.get_json()["error"]) == (410, "Address change expired")


def test_later_request_replaces_the_earlier_one(portal: Portal, zoe: Person):
    request_change(portal, zoe, "first@new.test")
    first = portal.link("first@new.test").partition("token=")[2]
    request_change(portal, zoe, NEW)

    refused = portal.browser().json("POST", "/account/email/confirm/", json={"token": first})

    assert refused.status_code == 410


def test_answer_does_not_reveal_whether_the_address_is_taken(portal: Portal, zoe: Person):
    portal.person("Yan")
    browser = portal.browser(zoe)

    free = browser.json("POST", "/account/email/", json={"email": NEW, "password": PASSWORD})
    taken = browser.json("POST", "/account/email/", json={"email": "yan@crew.test", "password": PASSWORD})

    assert free.data == taken.data
    assert portal.mails("yan@crew.test")[-1]["Subject"] == "You already have an account"


def test_address_taken_before_the_last_confirmation_is_refused(portal: Portal, zoe: Person):
    request_change(portal, zoe)
    confirm(portal, NEW)
    portal.person("Other", NEW)

    refused = confirm(portal, zoe.email)

    assert refused.status_code == 409
    portal.browser().log_in(zoe.email, PASSWORD)


def test_wrong_password_sends_no_mail(portal: Portal, zoe: Person):
    fields = {"email": NEW, "password": "not the password"}

    refused = portal.browser(zoe).submit("/account/email/", status=403, **fields)  # type: ignore[arg-type]

    assert "Wrong password" in refused.text
    assert portal.mails() == []


def test_own_address_is_refused(portal: Portal, zoe: Person):
    fields = {"email": "ZOE@crew.test", "password": PASSWORD}

    refused = portal.browser(zoe).submit("/account/email/", status=400, **fields)  # type: ignore[arg-type]

    assert "This is already your address" in refused.text
