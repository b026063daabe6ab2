"""The guards. Every route carries exactly one: `@requires(action)`, `@signed_in` or `@public`.

A guard walks the contract's order of checks: key, rate, shape, required fields, syntax, membership and role.
"""

from collections.abc import Callable
from typing import Any, TypeVar, overload

from app.base.permissions import Action
from app.services.core import organization_access
from app.services.core.actors import Access, Actor
from app.storage import database
from app.web.current import current
from app.web.forms.forms import F, InOrganization, Operation
from app.web.guard import authentication, last_use
from app.web.guard.guards import Decorator, Guard, Redraw, RefusedAs
from app.web.guard.phases import guarded, receiving

AnyAccess = TypeVar("AnyAccess", bound=Access)
Inside = TypeVar("Inside", bound=InOrganization)
# How an operation finds what it acts on, and with it the organization.
Way = Callable[[Actor, F, Action], AnyAccess]


def by_organization(actor: Actor, form: InOrganization, action: Action) -> Access:
    """Find the organization that `orgId` names."""
    return organization_access.require(actor, form.org_id.value, action, changing=database.changing())


@overload
def requires(
    action: Action,
    operation: type[Inside],
    *,
    redraw: Redraw[Inside] = None,
    opens_units: bool = False,
    refused_as: RefusedAs[Inside] = None,
) -> Decorator[Access, Inside]: ...


@overload
def requires(
    action: Action,
    operation: type[F],
    *,
    way: Way[F, AnyAccess],
    redraw: Redraw[F] = None,
    refused_as: RefusedAs[F] = None,
) -> Decorator[AnyAccess, F]: ...


def requires(
    action: Action, operation: type[Any], *, way: Way[Any, Access] = by_organization, **options: Any
) -> Decorator[Any, Any]:
    """Let the view run for an actor who may do the action where the way leads.

    A view that changes something names the audit event that a refused attempt is recorded as.
    """
    return guarded(Guard("requires", operation, _entering(way, action), action, **options))


def receives(
    action: Action,
    operation: type[F],
    *,
    way: Way[F, AnyAccess],
    redraw: Redraw[F] = None,
    refused_as: RefusedAs[F] = None,
) -> Decorator[AnyAccess, F]:
    """Like `requires`, for a form with a file: judged before the file is read, and again under the lock.

    While the file comes in, no transaction is open.
    """
    enter = _entering(way, action)
    return receiving(Guard("requires", operation, enter, action, redraw, streams=True, refused_as=refused_as))


def require_access(actor: Actor, organization_id: str, action: Action) -> Access:
    """Return the actor's access to an organization, or raise."""
    current.organization_asked = organization_id
    return remember_access(
        organization_access.require(actor, organization_id, action, changing=database.changing())
    )


def remember_access(access: AnyAccess) -> AnyAccess:
    """Remember where the actor is: templates ask `can()` of it from here on."""
    current.organization_asked = access.organization.id
    current.access = access
    last_use.note_after_answer(access.actor, access)
    return access


def signed_in(
    operation: type[F],
    *,
    redraw: Redraw[F] = None,
    opens_units: bool = False,
    refused_as: RefusedAs[F] = None,
) -> Decorator[Actor, F]:
    """Let the view run for anybody we know.

    One that `opens_units` of work itself does what must not happen in one, such as hashing a password.
    """
    return guarded(
        Guard("signed_in", operation, _known, redraw=redraw, opens_units=opens_units, refused_as=refused_as)
    )


def public(
    operation: type[F], *, redraw: Redraw[F] = None, refused_as: RefusedAs[F] = None
) -> Decorator[Actor | None, F]:
    """Let the view run for everybody; one that changes things opens its units of work itself."""
    return guarded(Guard("public", operation, _visitor, redraw=redraw, refused_as=refused_as))


def _entering(way: Way[F, AnyAccess], action: Action) -> Callable[[F], AnyAccess]:
    return lambda form: remember_access(way(authentication.actor(), form, action))


def _known(_form: Operation) -> Actor:
    actor = authentication.actor()
    last_use.note_after_answer(actor)
    return actor


def _visitor(_form: Operation) -> Actor | None:
    return authentication.visitor()
