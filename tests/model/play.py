"""Performs actions through HTTP and in the model, one per second, and compares the results."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import time_machine
from hypothesis.stateful import RuleBasedStateMachine
from werkzeug.test import TestResponse

from tests.model import keys, members, organizations
from tests.model.stage import START, Stage
from tests.model.state import Link, Refused, Secret, State

ORGANIZATION = "/organization/"
MEMBERS = "/organization/members/"
INVITATION = "/invitation/"
LINK = "/invitation/accept/"
KEYS = "/apikey/"
UNKNOWN = "org_01a201ddeb587a6ca5e04483e6f60d8f"

A_SECOND = timedelta(seconds=1)
# Sessions last thirty days and end when unused; other tests cover their end.
_LONGEST = timedelta(days=25)
_AN_HOUR = timedelta(hours=1)
_PORTAL_ONLY = {"key", "prefix", "last_used_at"}


class Play(RuleBasedStateMachine):
    """The portal and the model side by side; rules choose actors and objects by number, newest first."""

    actions: ClassVar[Counter[str]] = Counter()

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.stage.restore()
        self._time = time_machine.travel(START, tick=False)
        self._clock = self._time.start()
        self.state = State(START, stage.people)
        self.sessions = [Secret(person) for person in stage.people]
        self.made: list[Secret] = []
        self._secrets: dict[Secret, str] = {}

    def teardown(self) -> None:
        self._time.stop()

    # Choosing actors and objects

    def actor(self, who: int) -> Secret:
        """Return one of the four sessions, or one of the secrets of keys, invalid ones included."""
        if who < len(self.sessions) or not self.made:
            return self.sessions[who % len(self.sessions)]
        return self.made[-1 - (who - len(self.sessions)) % len(self.made)]

    def leader(self, who: int, where: str) -> Secret:
        """Return any actor or, half of the time, a super admin."""
        organization = self.state.organizations.get(where)
        if who % 2 or organization is None:
            return self.actor(who // 2)
        super_admins = organization.super_admins()
        return self.session(super_admins[who // 2 % len(super_admins)])

    def org(self, where: int) -> str:
        """Return the identifier of an organization, or an unknown one."""
        known = [*reversed(self.state.organizations), UNKNOWN]
        return known[where % len(known)]

    def link(self, which: int) -> Link:
        return self.state.links[-1 - which % len(self.state.links)]

    def session(self, person: Any) -> Secret:
        return next(session for session in self.sessions if session.owner == person)

    # Acting and comparing

    def wait(self, waited: timedelta) -> None:
        if timedelta() < waited and self.state.now + waited < START + _LONGEST:
            for _ in range(2):
                self.state.now += waited / 2
                self._clock.move_to(self.state.now, tick=False)
                if waited > _AN_HOUR:
                    self.stage.use_sessions()

    def send(self, actor: Secret, method: str, path: str, **fields: Any) -> TestResponse:
        """Send a request a second later."""
        self.wait(A_SECOND)
        return self.stage.send(self._secrets.get(actor), actor, method, path, **fields)

    def judge(self, action: str, answer: TestResponse, model: Callable[[], Any]) -> Any:
        """Compare an answer with the model's result; return that result, None for a refusal."""
        answered = answer.get_json()
        self.actions[f"{action} {answer.status_code}"] += 1
        try:
            expected = model()
        except Refused as refusal:
            _check(answer.status_code == refusal.status, answered, refusal)
            _check(
                answered["status"] == "KO" and refusal.error in {None, answered["error"]}, answered, refusal
            )
            return None
        payload = expected[0] if isinstance(expected, tuple) else expected
        _check(answer.status_code == 200 and _comparable(answered) == payload, answered, payload)
        return expected

    def judge_key(self, action: str, answer: TestResponse, model: Callable[[], Any]) -> None:
        """Compare an answer that contains a secret, and add the secret to those that rules choose from."""
        expected = self.judge(action, answer, model)
        if expected:
            self.made.append(expected[1])
            self._secrets[expected[1]] = answer.get_json()["data"]["key"]

    def see(self, actor: Secret, path: str, model: Callable[[], Any], **query: str) -> None:
        answer = self.stage.send(self._secrets.get(actor), actor, "GET", path, **query)
        self.judge(f"see {path}", answer, model)

    def see_organization(self, actor: Secret, identifier: str) -> None:
        self.see(actor, MEMBERS, lambda: members.listed(self.state, actor, identifier), orgId=identifier)

    def see_own(self, actor: Secret) -> None:
        self.see(actor, ORGANIZATION, lambda: organizations.listed(self.state, actor))
        self.see(actor, INVITATION, lambda: members.offers(self.state, actor))
        self.see(actor, KEYS, lambda: keys.listed(self.state, actor))


def _check(agreed: bool, answered: Any, expected: Any) -> None:  # noqa: FBT001 - the assertion itself
    assert agreed, f"the portal answered {answered}, the model expected {expected!r}"


def _comparable(answered: Any) -> Any:
    """Remove what only the portal knows: secrets, and times of last use."""
    if isinstance(answered, list):
        return [_comparable(one) for one in answered]
    if not isinstance(answered, dict):
        return answered
    return {name: _comparable(one) for name, one in answered.items() if name not in _PORTAL_ONLY}
