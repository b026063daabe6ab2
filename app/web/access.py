"""The guards. Every route carries exactly one: `@requires(action)`, `@signed_in` or `@public`.

A guard walks the contract's order of checks: key, rate, shape, required fields, syntax, membership and role.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import g
from flask.typing import ResponseReturnValue

from app.errors import NotAuthenticated
from app.permissions import Action
from app.services import organizations
from app.services.actors import Access, Actor
from app.web import authentication, incoming, last_use, rate_limits, transaction, unknown_fields, uploads
from app.web.forms import Nothing, Operation
from app.web.screens import Redraw

AnyAccess = TypeVar("AnyAccess", bound=Access)
AnyView = Callable[..., ResponseReturnValue]
View = Callable[..., ResponseReturnValue]
# How an operation finds what it acts on, and with it the organization: actor, form, action.
Way = Callable[[Actor, Any, Action], Access]


@dataclass(frozen=True, slots=True)
class Guard:
    """What a route asks for; the architecture test, the specification and the error pages read it."""

    kind: str
    operation: type[Operation]
    action: Action | None = None
    redraw: Redraw | None = None
    reads_first: bool = False
    streams: bool = False


def by_organization(actor: Actor, form: Any, action: Action) -> Access:
    """Find the organization that `orgId` names."""
    return organizations.access(actor, form.org_id.value, action, changing=transaction.changes())


def requires(
    action: Action,
    operation: type[Operation],
    *,
    way: Way = by_organization,
    redraw: Redraw | None = None,
) -> Callable[[AnyView], View]:
    """Let the view run for an actor who may do the action where the way leads."""
    return _guarded(Guard("requires", operation, action, redraw), _entering(way, action))


def receives(
    action: Action, operation: type[Operation], *, way: Way, redraw: Redraw | None = None
) -> Callable[[AnyView], View]:
    """Like `requires`, for a form with a file: judged before the file is read, and again under the lock.

    While the file comes in, no transaction is open.
    """
    return _receiving(Guard("requires", operation, action, redraw, streams=True), _entering(way, action))


def reach(actor: Actor, organization_id: str, action: Action) -> Access:
    """Return the actor's access to an organization, or raise."""
    g.organization_asked = organization_id
    return arrived(organizations.access(actor, organization_id, action, changing=transaction.changes()))


def arrived(access: AnyAccess) -> AnyAccess:
    """Remember where the actor is: templates ask `can()` of it from here on."""
    g.organization_asked = access.organization.id
    g.access = access
    last_use.note_after_answer(access.actor, access)
    return access


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
        def run(**_path: str) -> ResponseReturnValue:  # what the path names, `incoming.fields()` brings
            g.guard = guard
            with transaction.of_request(changing=False if guard.reads_first else None):
                return view(*_checked(guard, enter))

        run.guard = guard  # type: ignore[attr-defined]
        return run

    return decorate


def _receiving(guard: Guard, enter: Callable[[Any], Any]) -> Callable[[AnyView], View]:
    def decorate(view: AnyView) -> View:
        @wraps(view)
        def run(**_path: str) -> ResponseReturnValue:
            g.guard = guard
            with transaction.of_request(changing=False):
                rate_limits.check(_recognised(guard))
            with uploads.received(lambda: _admit(guard, enter)):
                authentication.forget()
                with transaction.of_request():
                    return view(*_judged(guard, enter))

        run.guard = guard  # type: ignore[attr-defined]
        return run

    return decorate


def _admit(guard: Guard, enter: Callable[[Any], Any]) -> str:
    """Judge before the file is read, by the fields in front of it; all of them are judged again behind it.

    Return who it is that may upload.
    """
    with transaction.of_request(changing=False):
        if all(name in incoming.fields() for name in guard.operation.required_names()):
            _judged(guard, enter)
        elif guard.action:
            authentication.check_forgery()
            organizations.check_anywhere(authentication.actor(), guard.action)
        return authentication.actor().user_id


def _checked(guard: Guard, enter: Callable[[Any], Any]) -> tuple[Any, Operation]:
    """Walk the order of checks; return what the view is called with."""
    rate_limits.check(_recognised(guard))
    return _judged(guard, enter)


def _judged(guard: Guard, enter: Callable[[Any], Any]) -> tuple[Any, Operation]:
    """Walk the part of the order that needs the body."""
    authentication.check_forgery()
    g.form = form = guard.operation()
    unknown_fields.check_query(form)
    form.fill(incoming.fields(), ignoring=unknown_fields.asks_for_page())
    return enter(form), form


def _entering(way: Way, action: Action) -> Callable[[Any], Access]:
    return lambda form: arrived(way(authentication.actor(), form, action))


def _recognised(guard: Guard) -> Actor | None:
    """Return who is asking; a refused key counts for the network address that sent it."""
    try:
        return authentication.visitor() if guard.kind == "public" else authentication.actor()
    except NotAuthenticated:
        rate_limits.check(None)
        raise
