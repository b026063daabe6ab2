"""A play: deeds done through HTTP and in the model, one a second, and both must say the same."""

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
# Sessions last thirty days and end when nobody uses them; what happens to those is told elsewhere.
_LONGEST = timedelta(days=25)
_AN_HOUR = timedelta(hours=1)
_UNTOLD = {"key", "prefix", "last_used_at"}


class Play(RuleBasedStateMachine):
    """The portal and the model side by side; whoever and whatever is chosen by a number, newest first."""

    deeds: ClassVar[Counter[str]] = Counter()

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.stage.set()
        self._time = time_machine.travel(START, tick=False)
        self._clock = self._time.start()
        self.state = State(START, stage.people)
        self.sessions = [Secret(person) for person in stage.people]
        self.made: list[Secret] = []
        self._secrets: dict[Secret, str] = {}

    def teardown(self) -> None:
        self._time.stop()

    # Who, where, and which

    def actor(self, who: int) -> Secret:
        """One of the four sessions, or one of the keys' secrets, those that work no more among them."""
        if who < len(self.sessions) or not self.made:
            return self.sessions[who % len(self.sessions)]
        return self.made[-1 - (who - len(self.sessions)) % len(self.made)]

    def leader(self, who: int, where: str) -> Secret:
        """One of all, or, half of the time, somebody who leads."""
        organization = self.state.organizations.get(where)
        if who % 2 or organization is None:
            return self.actor(who // 2)
        leads = organization.leads()
        return self.session(leads[who // 2 % len(leads)])

    def org(self, where: int) -> str:
        """An identifier: of an organization, or of none."""
        known = [*reversed(self.state.organizations), UNKNOWN]
        return known[where % len(known)]

    def link(self, which: int) -> Link:
        return self.state.links[-1 - which % len(self.state.links)]

    def session(self, person: Any) -> Secret:
        return next(session for session in self.sessions if session.owner == person)

    # How it is done

    def wait(self, waited: timedelta) -> None:
        if timedelta() < waited and self.state.now + waited < START + _LONGEST:
            for _ in range(2):
                self.state.now += waited / 2
                self._clock.move_to(self.state.now, tick=False)
                if waited > _AN_HOUR:
                    self.stage.look_in()

    def send(self, actor: Secret, method: str, path: str, **fields: Any) -> TestResponse:
        """Do something a second later."""
        self.wait(A_SECOND)
        return self.stage.send(self._secrets.get(actor), actor, method, path, **fields)

    def judge(self, deed: str, answer: TestResponse, model: Callable[[], Any]) -> Any:
        """Compare an answer with what the model says; return that, None for a refusal."""
        told = answer.get_json()
        self.deeds[f"{deed} {answer.status_code}"] += 1
        try:
            said = model()
        except Refused as refusal:
            _check(answer.status_code == refusal.status, told, refusal)
            _check(told["status"] == "KO" and refusal.error in {None, told["error"]}, told, refusal)
            return None
        payload = said[0] if isinstance(said, tuple) else said
        _check(answer.status_code == 200 and _comparable(told) == payload, told, payload)
        return said

    def judge_key(self, deed: str, answer: TestResponse, model: Callable[[], Any]) -> None:
        """The same for an answer with a secret, which can be used from here on."""
        said = self.judge(deed, answer, model)
        if said:
            self.made.append(said[1])
            self._secrets[said[1]] = answer.get_json()["data"]["key"]

    def see(self, actor: Secret, path: str, model: Callable[[], Any], **query: str) -> None:
        answer = self.stage.send(self._secrets.get(actor), actor, "GET", path, **query)
        self.judge(f"see {path}", answer, model)

    def see_organization(self, actor: Secret, identifier: str) -> None:
        self.see(actor, MEMBERS, lambda: members.listed(self.state, actor, identifier), orgId=identifier)

    def see_own(self, actor: Secret) -> None:
        self.see(actor, ORGANIZATION, lambda: organizations.listed(self.state, actor))
        self.see(actor, INVITATION, lambda: members.offers(self.state, actor))
        self.see(actor, KEYS, lambda: keys.listed(self.state, actor))


def _check(agreed: bool, told: Any, said: Any) -> None:  # noqa: FBT001 - it is the sentence itself
    assert agreed, f"the portal told {told}, the model said {said!r}"


def _comparable(told: Any) -> Any:
    """Leave out what only the portal knows: secrets, and when they were used."""
    if isinstance(told, list):
        return [_comparable(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {name: _comparable(one) for name, one in told.items() if name not in _UNTOLD}
