"""`management_email`: what the contact is mailed, and which account replaces it when its account leaves."""

import pytest

from app.base.permissions import Role
from app.services.accounts import accounts
from app.text import email_addresses
from tests.support.portal import PASSWORD, text_of
from tests.support.second_factors import set_up_app
from tests.support.sweeping import sweep

MEMBERS, ORGANIZATION = "/organization/members/", "/organization/"
DESK = "desk@northwind.test"


@pytest.fixture
def desk(cast):
    """Northwind's contact is a shared mailbox without an account."""
    name_contact(cast, DESK)
    cast.portal.mails()
    return cast


def name_contact(cast, address):
    assert cast.api("alice").post(ORGANIZATION, orgId=cast.org, management_email=address).status_code == 200


def contact(cast):
    api = cast.api("adam")
    return api.get(ORGANIZATION, orgId=cast.org).get_json()["data"]["management_email"]


def notices(cast, to=DESK):
    return [(mail["Subject"], text_of(mail)) for mail in cast.portal.mails(to)]


# What the contact is mailed


def test_contact_is_mailed_when_a_super_admin_is_added_or_removed(desk):
    api = desk.api("alice")
    api.post(MEMBERS, orgId=desk.org, email=desk.adam.email, role="super_admin")
    api.post(MEMBERS, orgId=desk.org, email=desk.adam.email, role="admin")
    api.post(MEMBERS, orgId=desk.org, email=desk.adam.email, role="super_admin")
    api.delete(MEMBERS, orgId=desk.org, email=desk.adam.email)

    texts = [text for _, text in notices(desk)]
    assert len(texts) == 4
    assert texts[0].startswith("Adam (adam@crew.test) now has the role Super admin.")
    assert "Done by: Alice (alice@crew.test)" in texts[0]
    assert texts[1].startswith("Adam (adam@crew.test) now has the role Admin.")
    assert texts[3].startswith("Adam (adam@crew.test) was removed.")


def test_contact_is_mailed_when_an_invited_super_admin_accepts(desk):
    desk.api("alice").post(MEMBERS, orgId=desk.org, email=desk.charlie.email, role="super_admin")
    assert notices(desk) == []

    desk.browser("charlie").json("POST", "/invitation/", json={"orgId": desk.org})

    ((_, text),) = notices(desk)
    assert text.startswith("Charlie (charlie@crew.test) accepted an invitation as Super admin.")


@pytest.mark.parametrize("way", ["leaves", "erases", "is disabled"])
def test_contact_is_mailed_about_each_way_a_super_admin_leaves(desk, way):
    desk.portal.join(desk.org, desk.charlie, Role.SUPER_ADMIN)
    if way == "leaves":
        desk.api("charlie").delete(MEMBERS, orgId=desk.org, email=desk.charlie.email)
    elif way == "erases":
        body = {"email": desk.charlie.email, "password": PASSWORD}
        desk.browser("charlie").json("DELETE", "/account/", json=body)
    else:
        with desk.portal.writing():
            accounts.disable(email_addresses.parse(desk.charlie.email))

    ((subject, text),) = notices(desk)
    assert subject == "A super admin of Northwind changed"
    assert text.startswith("Charlie (charlie@crew.test) ")


def test_contact_is_mailed_when_the_two_factor_requirement_changes(desk):
    set_up_app(desk.browser("alice"))
    policy = "/organization/security/"
    desk.api("alice").post(policy, orgId=desk.org, required=True, deadline_days=7)
    desk.api("alice").post(policy, orgId=desk.org, required=False)

    subjects = [subject for subject, _ in notices(desk)]
    assert subjects == ["Northwind requires two-factor", "Northwind no longer requires two-factor"]


def test_contact_is_mailed_about_a_new_key_policy(desk):
    body = {"orgId": desk.org, "max_days": 30}
    assert desk.browser("adam").json("POST", "/organization/keys/policy/", json=body).status_code == 200

    ((subject, text),) = notices(desk)
    assert subject == "Northwind has new rules for API keys"
    assert "Keys expire after at most 30 days." in text


def test_contact_is_mailed_about_a_deletion_even_if_they_made_it(cast):
    """A stolen session must not delete an organization without its owner's knowledge."""
    cast.api("alice").delete(ORGANIZATION, orgId=cast.org, name="Northwind")

    ((subject, text),) = notices(cast, cast.alice.email)
    assert subject == "Northwind was deleted"
    assert text.startswith("Alice (alice@crew.test) deleted Northwind.")


def test_contact_is_not_mailed_about_names_members_or_refusals(desk):
    desk.api("alice").post(ORGANIZATION, orgId=desk.org, name="Northwind Labs")
    desk.api("alice").post(MEMBERS, orgId=desk.org, email=desk.rita.email, role="write")
    desk.api("alice").delete(MEMBERS, orgId=desk.org, email=desk.rita.email)
    desk.api("alice").delete(MEMBERS, orgId=desk.org, email=desk.alice.email)

    assert notices(desk) == []


def test_contact_who_becomes_super_admin_gets_one_mail(cast):
    name_contact(cast, cast.adam.email)
    cast.api("alice").post(MEMBERS, orgId=cast.org, email=cast.adam.email, role="super_admin")

    subjects = [subject for subject, _ in notices(cast, cast.adam.email)]
    assert subjects == ["Your role in Northwind is now super admin"]


# Which account replaces the contact


@pytest.fixture
def charlie(cast):
    """Charlie became super admin after Alice, and Wendy was promoted although she joined before him."""
    cast.portal.join(cast.org, cast.charlie, Role.SUPER_ADMIN)
    return cast.charlie


def leave(cast, person):
    return cast.api(person).delete(MEMBERS, orgId=cast.org, email=getattr(cast, person).email).status_code


def be_removed(cast, person):
    by = "charlie" if person == "alice" else "alice"
    return cast.api(by).delete(MEMBERS, orgId=cast.org, email=getattr(cast, person).email).status_code


def erase(cast, person):
    body = {"email": getattr(cast, person).email, "password": PASSWORD}
    return cast.browser(person).json("DELETE", "/account/", json=body).status_code


@pytest.mark.parametrize("way", [leave, be_removed, erase], ids=lambda way: way.__name__)
@pytest.mark.parametrize(("person", "successor"), [("alice", "charlie"), ("rita", "alice")])
def test_the_longest_serving_super_admin_becomes_the_contact(cast, charlie, way, person, successor):
    owner = getattr(cast, person)
    name_contact(cast, owner.email.upper())

    assert way(cast, person) == 200

    assert contact(cast) == getattr(cast, successor).email
    (entry,) = cast.portal.audit("organization.contact_passed_on")
    assert entry.after == {"management_email": getattr(cast, successor).email}
    assert (entry.actor_id, entry.organization_id) == (
        cast.charlie.uid if way is be_removed and person == "alice" else entry.actor_id,
        cast.org,
    )


@pytest.mark.parametrize("way", [leave, be_removed, erase], ids=lambda way: way.__name__)
def test_contact_of_another_address_is_kept(cast, charlie, way):
    name_contact(cast, DESK)

    assert way(cast, "alice") == 200

    assert contact(cast) == DESK
    assert cast.portal.audit("organization.contact_passed_on") == []


def test_refused_removal_keeps_the_contact(cast):
    assert leave(cast, "alice") == 409
    assert contact(cast) == cast.alice.email


def test_cancelled_invitation_keeps_the_contact(cast):
    name_contact(cast, cast.ivy.email)

    assert be_removed(cast, "ivy") == 200

    assert contact(cast) == cast.ivy.email


def test_erased_account_is_no_longer_the_contact(cast):
    """Charlie was never a member: an outside accountant, for example."""
    name_contact(cast, cast.charlie.email)

    assert erase(cast, "charlie") == 200

    assert contact(cast) == cast.alice.email
    assert not any(cast.charlie.email in str((entry.before, entry.after)) for entry in cast.portal.audit())


@sweep(
    "owned, written",
    [
        ("ada@bücher.example", "ada@bücher.example"),
        ("ada@bücher.example", "Ada@BÜCHER.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ADA@bücher.example"),
        ("jörg@crew.test", "JÖRG@crew.test"),
        ("a_b@crew.test", "A_B@crew.test"),
    ],
)
def test_erased_account_is_no_longer_the_contact_in_any_spelling(cast, owned, written):
    """Mail programs write an international domain in Unicode or in ASCII. The account was never a member."""
    accountant = cast.portal.person("Accountant", owned)
    name_contact(cast, written)

    body = {"email": owned, "password": PASSWORD}
    assert cast.portal.browser(accountant).json("DELETE", "/account/", json=body).status_code == 200

    assert contact(cast) == cast.alice.email


def test_erasing_an_account_with_a_similar_address_keeps_the_contact(cast):
    similar = cast.portal.person("Similar", "axb@crew.test")
    name_contact(cast, "a_b@crew.test")

    body = {"email": similar.email, "password": PASSWORD}
    assert cast.portal.browser(similar).json("DELETE", "/account/", json=body).status_code == 200

    assert contact(cast) == "a_b@crew.test"


def test_contact_is_replaced_when_its_account_is_disabled(cast):
    name_contact(cast, cast.wendy.email)

    with cast.portal.writing():
        accounts.disable(email_addresses.parse(cast.wendy.email))

    assert contact(cast) == cast.alice.email


@pytest.mark.parametrize(("person", "successor"), [("alice", "new@crew.test"), ("adam", "alice@crew.test")])
def test_contact_is_updated_when_its_account_changes_address(cast, person, successor):
    owner = getattr(cast, person)
    name_contact(cast, owner.email)
    browser = cast.browser(person)
    body = {"email": "new@crew.test", "password": PASSWORD}
    requested = browser.json("POST", "/account/email/", json=body)
    assert requested.status_code == 200, requested.text
    for address in (owner.email, "new@crew.test"):
        token = cast.portal.link(address).partition("token=")[2]
        answer = cast.portal.browser().submit("/account/email/confirm/", token=token, password=PASSWORD)
        assert answer.status_code == 200

    assert contact(cast) == successor
