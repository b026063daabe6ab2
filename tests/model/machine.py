"""The state machine: random actions, sent to the portal and to the model alike."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.model import keys, members, organizations
from tests.model.play import A_SECOND, INVITATION, KEYS, LINK, MEMBERS, ORGANIZATION, Play
from tests.model.stage import NAMES
from tests.model.state import A_WEEK, ROLES, Secret
from tests.support.portal import PASSWORD

FIVE_MINUTES = timedelta(minutes=5)
ADDRESSES = [f"{name.lower()}@crew.test" for name in NAMES]

numbers = st.integers(0, 15)
emails = st.sampled_from([*ADDRESSES, *ADDRESSES, ADDRESSES[1].upper(), "nobody@crew.test", "no address"])
roles = st.sampled_from([*ROLES, *ROLES, "invite_read"])
names = st.sampled_from(["Anvil", "birch", "Cedar", " "])
days = st.sampled_from([None, 1, 7, 20, 0])
changes = st.fixed_dictionaries(
    {},
    optional={
        "name": names,
        "logo": st.sampled_from(["https://crew.test/logo.png", "", "http://crew.test/logo.png"]),
        "management_email": st.sampled_from([*ADDRESSES, "no address"]),
    },
)


class Machine(Play):
    """Every rule is an action; after each, everyone's view of everything is compared."""

    @initialize(first=st.sampled_from(ROLES), second=st.sampled_from(ROLES), third=st.sampled_from(ROLES))
    def set_up(self, first, second, third):
        """Start with Ada's organization, two members, and Dora invited."""
        self.create_by(self.sessions[0], "Anvil")
        for session, role in zip(self.sessions[1:], (first, second, third), strict=True):
            self.invite_by(self.sessions[0], self.org(0), session.owner.email, role)
        for session in self.sessions[1:3]:
            self.answer("POST", session, self.org(0))

    # Organizations

    @rule(who=numbers, name=names)
    @precondition(lambda self: len(self.state.organizations) < 3)
    def create(self, who, name):
        self.create_by(self.actor(who), name)

    @rule(who=numbers, where=numbers, given=changes)
    def update(self, who, where, given):
        org = self.org(where)
        actor = self.leader(who, org)
        answer = self.send(actor, "POST", ORGANIZATION, orgId=org, **given)
        self.judge("update", answer, lambda: organizations.update(self.state, actor, org, given))

    @rule(who=numbers, where=numbers, name=st.sampled_from(["Anvil", "birch", "Cedar"]))
    def delete(self, who, where, name):
        org = self.org(where)
        actor = self.leader(who, org)
        answer = self.send(actor, "DELETE", ORGANIZATION, orgId=org, name=name)
        self.judge("delete", answer, lambda: organizations.delete(self.state, actor, org, name))

    # Members and invitations

    @rule(who=numbers, where=numbers, email=emails, role=roles)
    def invite(self, who, where, email, role):
        org = self.org(where)
        self.invite_by(self.leader(who, org), org, email, role)

    @rule(who=numbers, where=numbers, email=emails)
    def remove(self, who, where, email):
        org = self.org(where)
        self.remove_by(self.leader(who, org), org, email)

    @rule(who=numbers, where=numbers)
    def leave(self, who, where):
        actor = self.actor(who)
        self.remove_by(actor, self.org(where), actor.owner.email)

    @rule(who=numbers, where=numbers, action=st.sampled_from(["POST", "DELETE"]))
    def answer_from_the_list(self, who, where, action):
        self.answer(action, self.actor(who), self.org(where))

    @rule(which=numbers, other=st.none() | numbers, action=st.sampled_from(["POST", "POST", "DELETE"]))
    @precondition(lambda self: self.state.links)
    def answer_by_link(self, which, other, action):
        link = self.link(which)
        actor = self.session(link.person) if other is None else self.actor(other)
        answer = self.send(actor, action, LINK, token=link.token)
        answered = members.accept if action == "POST" else members.decline
        self.judge(
            f"link {action}",
            answer,
            lambda: answered(self.state, actor, members.follow(self.state, actor, link)),
        )

    # Keys

    @rule(who=numbers, where=st.none() | numbers, name=names, role=roles, days=days)
    def make_key(self, who, where, name, role, days):
        actor, only = self.actor(who), None if where is None else self.org(where)
        body = {"name": name, "role": role, "org_id": only, "expires_in_days": days}
        answer = self.send(actor, "POST", KEYS, password=PASSWORD, **body)
        identifier = answer.get_json().get("data", {}).get("id", "")
        self.judge_key(
            "make key",
            answer,
            lambda: keys.make(self.state, actor, identifier, name=name, role=role, only=only, days=days),
        )

    @rule(which=numbers, other=st.none() | numbers, days=days, overlap=st.sampled_from([0, 24]))
    @precondition(lambda self: self.made)
    def renew_key(self, which, other, days, overlap):
        used, actor = self.key_and_actor(which, other)
        fields: dict[str, Any] = {"overlap_hours": overlap}
        if days is not None:
            fields["expires_in_days"] = days
        answer = self.send(actor, "PUT", KEYS, id=used.key.id, regenerate=True, password=PASSWORD, **fields)
        self.judge_key(
            "renew key", answer, lambda: keys.renew(self.state, actor, used, days=days, overlap=overlap)
        )

    @rule(which=numbers, other=st.none() | numbers)
    @precondition(lambda self: self.made)
    def revoke_key(self, which, other):
        used, actor = self.key_and_actor(which, other)
        answer = self.send(actor, "DELETE", KEYS, id=used.key.id)
        self.judge("revoke key", answer, lambda: keys.revoke(self.state, actor, used))

    # Reading and waiting

    @rule(who=numbers, where=numbers)
    def look(self, who, where):
        actor, org = self.actor(who), self.org(where)
        self.see(actor, ORGANIZATION, lambda: organizations.show(self.state, actor, org), orgId=org)
        self.see_organization(actor, org)
        self.see_own(actor)

    @rule(waited=st.sampled_from([timedelta(minutes=4), timedelta(days=1), A_WEEK]))
    def let_time_pass(self, waited):
        self.wait(waited)

    @rule(which=numbers, age=st.sampled_from([FIVE_MINUTES, A_WEEK]), off=st.sampled_from([-2, -1, 0]))
    @precondition(lambda self: self.state.links)
    def let_a_link_age(self, which, age, off):
        """Let the next action come a second before a link reaches an age, exactly then, or a second after."""
        self.wait(self.link(which).sent_at + age + off * A_SECOND - self.state.now)

    @invariant()
    def everyone_sees_what_the_model_says(self):
        for organization in self.state.organizations.values():
            self.see_organization(self.session(organization.super_admins()[0]), organization.id)
        for session in self.sessions:
            self.see_own(session)

    @invariant()
    def nothing_is_left_behind(self):
        assert self.stage.broken() == []

    # Actions that several rules share

    def create_by(self, actor: Secret, name: str) -> None:
        answer = self.send(actor, "PUT", ORGANIZATION, name=name)
        identifier = answer.get_json().get("id", "")
        self.judge("create", answer, lambda: organizations.create(self.state, actor, name, identifier))

    def invite_by(self, actor: Secret, org: str, email: str, role: str) -> None:
        known = len(self.state.links)
        answer = self.send(actor, "POST", MEMBERS, orgId=org, email=email, role=role)
        self.judge("invite", answer, lambda: members.invite(self.state, actor, org, email, role))
        for link in self.state.links[known:]:
            link.token = self.stage.token(link)

    def remove_by(self, actor: Secret, org: str, email: str) -> None:
        answer = self.send(actor, "DELETE", MEMBERS, orgId=org, email=email)
        self.judge("remove", answer, lambda: members.remove(self.state, actor, org, email))

    def answer(self, action: str, actor: Secret, org: str) -> None:
        answer = self.send(actor, action, INVITATION, orgId=org)
        answered = members.accept if action == "POST" else members.decline
        self.judge(f"answer {action}", answer, lambda: answered(self.state, actor, org))

    def key_and_actor(self, which: int, other: int | None) -> tuple[Any, Secret]:
        """Return one of the secrets, and either its owner's session or another actor."""
        used = self.made[-1 - which % len(self.made)]
        return used, self.session(used.owner) if other is None else self.actor(other)
