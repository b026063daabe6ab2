"""The guards. Every route carries exactly one: `@requires(action)`, `@signed_in` or `@public`.

A guard walks the contract's order of checks: key, rate, shape, required fields, syntax, membership and role.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from app.errors import NotAuthenticated
from app.permissions import Action
from app.services import organizations
from app.services.actors import Access, Actor
from app.web import authentication, incoming, last_use, rate_limits, transaction
from app.web.forms import Nothing, Operation
from app.web.screens import Redraw

AnyView = Callable[..., ResponseReturnValue]
View = Callable[[], ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Guard:
    """What a route asks for; the architecture test, the specification and the error pages read it."""

    kind: str
    operation: type[Operation]
    action: Action | None = None
    redraw: Redraw | None = None
    reads_first: bool = False


def requires(
    action: Action, operation: type[Operation], *, redraw: Redraw | None = None
) -> Callable[[AnyView], View]:
    """Let the view run for an actor who may do the action in the organization that `orgId` names."""

    def enter(form: Any) -> Access:
        return reach(authentication.actor(), form.org_id.value, action)

    return _guarded(Guard("requires", operation, action, redraw), enter)


def reach(actor: Actor, organization_id: str, action: Action) -> Access:
    """Return the actor's access to an organization, or raise; templates ask `can()` of it from here on."""
    g.access = organizations.access(actor, organization_id, action, changing=transaction.changes())
    last_use.note_after_answer(actor, g.access)
    found: Access = g.access
    return found


def signed_in(
    operation: type[Operation] = Nothing, *, redraw: Redraw | None = None, reads_first: bool = False
) -> Callable[[AnyView], View]:
    """Let the view run for anybody we know.

    One that `reads_first` hashes passwords, which must not happen under the write lock: it opens its own
    `transaction.of_request()` for the deed.
    """

    def enter(form: Any) -> Actor:  # noqa: ARG001 - all guards are called alike
        actor = authentication.actor()
        last_use.note_after_answer(actor)
        return actor

    return _guarded(Guard("signed_in", operation, redraw=redraw, reads_first=reads_first), enter)


def public(
    operation: type[Operation] = Nothing, *, redraw: Redraw | None = None
) -> Callable[[AnyView], View]:
    """Let the view run for everybody; one that changes things opens its own `transaction.of_request()`."""

    def enter(form: Any) -> Actor | None:  # noqa: ARG001 - all guards are called alike
        return authentication.visitor()

    return _guarded(Guard("public", operation, redraw=redraw, reads_first=True), enter)


def _guarded(guard: Guard, enter: Callable[[Any], Any]) -> Callable[[AnyView], View]:
    def decorate(view: AnyView) -> View:
        @wraps(view)
        def run() -> ResponseReturnValue:
            g.guard = guard
            with transaction.of_request(changing=False if guard.reads_first else None):
                return view(*_checked(guard, enter))

        run.guard = guard  # type: ignore[attr-defined]
        return run

    return decorate


def _checked(guard: Guard, enter: Callable[[Any], Any]) -> tuple[Any, Operation]:
    """Walk the order of checks; return what the view is called with."""
    actor = _recognised(guard)
    rate_limits.check(actor)
    authentication.check_forgery()
    g.form = form = guard.operation()
    form.fill(incoming.fields())
    return enter(form), form


def _recognised(guard: Guard) -> Actor | None:
    """Return who is asking; a refused key counts for the network address that sent it."""
    try:
        return authentication.visitor() if guard.kind == "public" else authentication.actor()
    except NotAuthenticated:
        rate_limits.check(None)
        raise
