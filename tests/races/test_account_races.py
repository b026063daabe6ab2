"""Races about an account: a password or session that was just replaced or ended gives no access."""

import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import func, select

from app.models import AuditEntry, Membership, User
from app.services.accounts import email_change
from app.text import email_addresses, links
from app.text.links import Purpose
from tests.support.portal import PASSWORD, Person
from tests.support.races import MEMBERS, ROUNDS, Race, limited_time
from tests.support.second_factors import set_up_app
from tests.support.serving import with_token

pytestmark = limited_time

CODES = 16
NEW = "plums in the icebox"
SESSIONS, CHOOSE, AGREE = "/account/sessions/", "/reset/password/", "/account/email/confirm/"


def is_signed_in(client) -> bool:
    return bool(client.get("/account/").status_code == 200)


def test_signing_in_with_a_password_that_is_being_replaced(race):
    """In either order, no session opened with the old password survives."""
    for number in range(ROUNDS):
        person, thief, owner = race.newcomer(), race.visitor(), race.visitor()
        chosen = {"token": race.reset_link(person), "password": NEW}

        entered, replaced = race.run(
            partial(log_in, thief, person, after=number % 10 / 200), partial(owner.post, CHOOSE, json=chosen)
        )

        assert replaced == 200
        assert entered in {200, 401}
        assert not is_signed_in(thief)


def log_in(client, person: Person, *, after: float):
    """Both requests hash a password, so the delay lets any moment of one meet any moment of the other."""
    time.sleep(after)
    return client.post("/login/", json={"email": person.email, "password": PASSWORD})


def test_changing_the_password_in_a_session_that_is_being_ended(race):
    """A thief who took over a session keeps nothing once its owner has ended it."""
    for _ in range(ROUNDS):
        person = race.newcomer()
        thief, owner = race.signed_in_client(person), race.signed_in_client(person)
        wanted = {"current_password": PASSWORD, "password": NEW}

        answers = race.run(
            partial(thief.post, "/account/password/", json=wanted),
            partial(owner.request, "DELETE", SESSIONS, json={"others": "1"}),
        )

        assert sorted(answers) == [200, 401]
        assert (is_signed_in(thief), is_signed_in(owner)) == (answers[0] == 200, answers[1] == 200)


def test_making_a_key_in_a_session_that_is_being_ended(race):
    """The key is created before the session ends, or not at all."""
    for _ in range(ROUNDS):
        person = race.newcomer()
        thief, owner = race.signed_in_client(person), race.signed_in_client(person)

        made, ended = race.run(
            partial(thief.post, "/apikey/", json={"name": "kept", "role": "write", "expires_in_days": 30}),
            partial(owner.request, "DELETE", SESSIONS, json={"others": "1"}),
        )

        assert ended == 200
        assert made in {200, 401}
        kept = ["key.created"] if made == 200 else []
        assert recorded(race, person, "key.created", "session.others_revoked") == [
            *kept,
            "session.others_revoked",
        ]


def recorded(race: Race, person: Person, *actions: str) -> list[str]:
    """Return which of these actions a person performed, in order."""
    done = select(AuditEntry.action).where(AuditEntry.actor_id == person.uid, AuditEntry.action.in_(actions))
    with race.portal.database.reading() as db:
        return list(db.scalars(done.order_by(AuditEntry.seq)))


def test_registering_one_address_twice_at_once(race):
    for _ in range(ROUNDS):
        body = {"email": f"twin.{secrets.token_hex(4)}@crew.test", "password": NEW, "name": "Twin"}
        requests = [partial(race.visitor().post, "/register/", json=body) for _ in range(2)]

        one, other = race.run_all(*requests)

        assert (one.status_code, other.status_code, one.content) == (200, 200, other.content)
        with race.portal.database.reading() as db:
            assert db.scalar(select(func.count()).where(User.email_key == body["email"])) == 1


def test_inviting_a_person_who_is_erasing_their_account(race):
    """No invitation of an erased account remains."""
    for number in range(ROUNDS):
        person = race.newcomer()
        body = {"email": person.email, "password": PASSWORD}
        erase = partial(race.signed_in_client(person).request, "DELETE", "/account/", json=body)

        _, erased = race.run_all(partial(invite, race, person, after=number % 10 / 200), erase)
        if erased.status_code == 503:  # an organization appeared that the first attempt had not locked
            erased = erase()

        assert erased.status_code == 200
        with race.portal.database.reading() as db:
            assert db.get(Membership, (race.org, person.uid)) is None


def invite(race: Race, person: Person, *, after: float):
    """Invite after a delay, because erasing begins by hashing a password."""
    time.sleep(after)
    return race.ada.program.post(MEMBERS, json={"orgId": race.org, "email": person.email, "role": "read"})


def test_one_link_sets_one_password(race):
    for _ in range(ROUNDS):
        token = race.reset_link(race.newcomer())

        answers = race.run(
            *(
                partial(race.visitor().post, CHOOSE, json={"token": token, "password": f"{NEW} {number}"})
                for number in range(2)
            )
        )

        assert sorted(answers) == [200, 410]


def test_both_sides_confirm_an_email_change_at_once(race):
    for _ in range(ROUNDS):
        person, address = race.newcomer(), email_addresses.parse(f"moved.{secrets.token_hex(4)}@crew.test")

        answers = race.run(
            *(
                partial(race.visitor().post, AGREE, json={"token": token, "password": PASSWORD})
                for token in request_email_change(race, person, address)
            )
        )

        assert answers == (200, 200)
        with race.portal.database.reading() as db:
            assert db.get_one(User, person.uid).email_key == address.key


def request_email_change(race: Race, person: Person, address: email_addresses.Address) -> list[str]:
    """Request a change of address; return the tokens mailed to the old and the new address."""
    with race.portal.writing():
        actor = race.portal.actor(person)
        email_change.request(actor, address)
        change = email_change.pending(actor)
        assert change
        sides = (Purpose.OLD_ADDRESS, Purpose.NEW_ADDRESS)
        return [links.secret(race.portal.config, side, change.id) for side in sides]


def test_only_five_of_many_simultaneous_wrong_codes_are_checked(race):
    """Five wrong codes end the sign-in, however many are in flight."""
    person = race.newcomer()
    browser = race.portal.browser(person)
    set_up_app(browser)
    waiting = race.visitor()
    answer = waiting.post("/login/", json={"email": person.email, "password": PASSWORD})
    assert answer.json() == {"status": "SECOND_FACTOR_REQUIRED"}
    with_token(waiting)

    with ThreadPoolExecutor(CODES) as threads:
        guesses = [
            threads.submit(waiting.post, "/login/second/", json={"code": f"{number:06}"})
            for number in range(CODES)
        ]
        errors = Counter(guess.result().json()["error"] for guess in guesses)

    assert errors == {"Invalid code": 5, "The log-in has expired": CODES - 5}
