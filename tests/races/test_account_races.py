"""Races about an account: what opened it before its password or its sessions changed, opens it no more."""

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


def alive(client) -> bool:
    return bool(client.get("/account/").status_code == 200)


def test_logging_in_with_a_password_that_is_being_replaced(race):
    """Whichever comes first: no session that the old password opened lives on."""
    for number in range(ROUNDS):
        person, thief, owner = race.newcomer(), race.visitor(), race.visitor()
        chosen = {"token": race.reset_link(person), "password": NEW}

        entered, replaced = race.run(
            partial(log_in, thief, person, after=number % 10 / 200), partial(owner.post, CHOOSE, json=chosen)
        )

        assert replaced == 200
        assert entered in {200, 401}
        assert not alive(thief)


def log_in(client, person: Person, *, after: float):
    """Both compute a hash for a while: any moment of the one may meet the other."""
    time.sleep(after)
    return client.post("/login/", json={"email": person.email, "password": PASSWORD})


def test_changing_the_password_in_a_session_that_is_being_ended(race):
    """Whoever took a session over keeps nothing of it once its owner has ended it."""
    for _ in range(ROUNDS):
        person = race.newcomer()
        thief, owner = race.signed_in_client(person), race.signed_in_client(person)
        wanted = {"current_password": PASSWORD, "password": NEW}

        answers = race.run(
            partial(thief.post, "/account/password/", json=wanted),
            partial(owner.request, "DELETE", SESSIONS, json={"others": "1"}),
        )

        assert sorted(answers) == [200, 401]
        assert (alive(thief), alive(owner)) == (answers[0] == 200, answers[1] == 200)


def test_making_a_key_in_a_session_that_is_being_ended(race):
    """The key was made before, or not at all."""
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
    """What somebody did of these, in its order."""
    done = select(AuditEntry.action).where(AuditEntry.actor_id == person.uid, AuditEntry.action.in_(actions))
    with race.portal.database.reading() as db:
        return list(db.scalars(done.order_by(AuditEntry.seq)))


def test_registering_one_address_twice_at_once(race):
    for _ in range(ROUNDS):
        body = {"email": f"twin.{secrets.token_hex(4)}@crew.test", "password": NEW, "name": "Twin"}
        deeds = [partial(race.visitor().post, "/register/", json=body) for _ in range(2)]

        one, other = race.run_all(*deeds)

        assert (one.status_code, other.status_code, one.content) == (200, 200, other.content)
        with race.portal.database.reading() as db:
            assert db.scalar(select(func.count()).where(User.email_key == body["email"])) == 1


def test_inviting_somebody_who_erases_their_account(race):
    """Nothing of the invitation is left of somebody who is gone."""
    for number in range(ROUNDS):
        person = race.newcomer()
        body = {"email": person.email, "password": PASSWORD}
        erase = partial(race.signed_in_client(person).request, "DELETE", "/account/", json=body)

        _, erased = race.run_all(partial(invite, race, person, after=number % 10 / 200), erase)
        if erased.status_code == 503:  # an organization came in between that the first try did not hold
            erased = erase()

        assert erased.status_code == 200
        with race.portal.database.reading() as db:
            assert db.get(Membership, (race.org, person.uid)) is None


def invite(race: Race, person: Person, *, after: float):
    """Erasing begins with computing a hash."""
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


def test_both_sides_of_a_new_address_agree_at_once(race):
    for _ in range(ROUNDS):
        person, address = race.newcomer(), email_addresses.parse(f"moved.{secrets.token_hex(4)}@crew.test")

        answers = race.run(
            *(
                partial(race.visitor().post, AGREE, json={"token": token, "password": PASSWORD})
                for token in asked_to_move(race, person, address)
            )
        )

        assert answers == (200, 200)
        with race.portal.database.reading() as db:
            assert db.get_one(User, person.uid).email_key == address.key


def asked_to_move(race: Race, person: Person, address: email_addresses.Address) -> list[str]:
    """The tokens that both sides of a new address are mailed."""
    with race.portal.writing():
        actor = race.portal.actor(person)
        email_change.request(actor, address)
        change = email_change.pending(actor)
        assert change
        sides = (Purpose.OLD_ADDRESS, Purpose.NEW_ADDRESS)
        return [links.secret(race.portal.config, side, change.id) for side in sides]


def test_wrong_codes_given_at_once_are_looked_at_five_times(race):
    """However many codes are on their way together, five end the log-in."""
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
