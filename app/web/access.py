"""The guards. Every route carries exactly one: `@requires(action)`, `@signed_in` or `@public`.

A guard walks the contract's order of checks: key, rate, shape, required fields, syntax, membership and role.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from app import database
from app.permissions import Action
from app.services import organizations
from app.services.actors import Access, Actor
from app.web import authentication, last_use
from app.web.current import current
from app.web.forms import Nothing, Operation
from app.web.phases import AnyView, Guard, RefusedAs, View, guarded, receiving
from app.web.screens import Redraw

AnyAccess = TypeVar("AnyAccess", bound=Access)
# How an operation finds what it acts on, and with it the organization: actor, form, action.
Way = Callable[[Actor, Any, Action], Access]


def by_organization(actor: Actor, form: Any, action: Action) -> Access:
    """Find the organization that `orgId` names."""
    return organizations.access(actor, form.org_id.value, action, changing=database.changing())


def requires(
    action: Action,
    operation: type[Operation],
    *,
    way: Way = by_organization,
    redraw: Redraw | None = None,
    opens_units: bool = False,
    refused_as: RefusedAs | None = None,
) -> Callable[[AnyView], View]:
    """Let the view run for an actor who may do the action where the way leads.

    A view that changes something names the audit event that a refused attempt is recorded as.
    """
    guard = Guard("requires", operation, action, redraw, opens_units=opens_units, refused_as=refused_as)
    return guarded(guard, _entering(way, action))


def receives(
    action: Action,
    operation: type[Operation],
    *,
    way: Way,
    redraw: Redraw | None = None,
    refused_as: RefusedAs | None = None,
) -> Callable[[AnyView], View]:
    """Like `requires`, for a form with a file: judged before the file is read, and again under the lock.

    While the file comes in, no transaction is open.
    """
    guard = Guard("requires", operation, action, redraw, streams=True, refused_as=refused_as)
    return receiving(guard, _entering(way, action))


def reach(actor: Actor, organization_id: str, action: Action) -> Access:
    """Return the actor's access to an organization, or raise."""
    current.organization_asked = organization_id
    return arrived(organizations.access(actor, organization_id, action, changing=database.changing()))


def arrived(access: AnyAccess) -> AnyAccess:
    """Remember where the actor is: templates ask `can()` of it from here on."""
    current.organization_asked = access.organization.id
    current.access = access
    last_use.note_after_answer(access.actor, access)
    return access


def signed_in(
    operation: type[Operation] = Nothing,
    *,
    redraw: Redraw | None = None,
    opens_units: bool = False,
    refused_as: RefusedAs | None = None,
) -> Callable[[AnyView], View]:
    """Let the view run for anybody we know.

    One that `opens_units` of work itself does what must not happen in one, such as hashing a password.
    """

    def enter(form: Any) -> Actor:  # noqa: ARG001 - all guards are called alike
        actor = authentication.actor()
        last_use.note_after_answer(actor)
        return actor

    guard = Guard("signed_in", operation, redraw=redraw, opens_units=opens_units, refused_as=refused_as)
    return guarded(guard, enter)


def public(
    operation: type[Operation] = Nothing,
    *,
    redraw: Redraw | None = None,
    refused_as: RefusedAs | None = None,
) -> Callable[[AnyView], View]:
    """Let the view run for everybody; one that changes things opens its units of work itself."""

    def enter(form: Any) -> Actor | None:  # noqa: ARG001 - all guards are called alike
        return authentication.visitor()

    guard = Guard("public", operation, redraw=redraw, refused_as=refused_as)
    return guarded(guard, enter)


def _entering(way: Way, action: Action) -> Callable[[Any], Access]:
    return lambda form: arrived(way(authentication.actor(), form, action))
