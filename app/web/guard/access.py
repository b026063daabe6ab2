"""The guards of routes. Every route has exactly one: `@requires(action)`, `@signed_in` or `@public`.

A guard checks in a fixed order: key, rate, shape, required fields, syntax, then membership and role.
"""

from collections.abc import Callable
from typing import Any, Generic, TypedDict, TypeVar, Unpack, overload

from app.base.permissions import Action
from app.services.core import organization_access
from app.services.core.actors import Access, Actor
from app.storage import database
from app.web.current import current
from app.web.forms.forms import F, InOrganization, Operation
from app.web.guard import authentication, last_use
from app.web.guard.guards import Decorator, Guard, Redraw, RefusedAs
from app.web.guard.phases import guarded, receiving
from app.web.json_types.description import Description

AnyAccess = TypeVar("AnyAccess", bound=Access)
Inside = TypeVar("Inside", bound=InOrganization)
# Looks up what an operation acts on, and returns the actor's access to its organization.
FindAccess = Callable[[Actor, F, Action], AnyAccess]


def by_organization(actor: Actor, form: InOrganization, action: Action) -> Access:
    """Return the actor's access to the organization in `orgId`. Raises `NotPermitted`."""
    return organization_access.require(actor, form.org_id.value, action, changing=database.changing())


class Options(TypedDict, Generic[F], total=False):
    """What every guard takes besides its form; see `Guard`."""

    redraw: Redraw[F]
    refused_as: RefusedAs[F]
    by_key: str | None
    api: Description | None


class ApartOptions(Options[F], total=False):
    """The options of guards whose view may open its own units of work, to do slow work outside of them."""

    opens_units: bool


@overload
def requires(
    action: Action, operation: type[Inside], **options: Unpack[ApartOptions[Inside]]
) -> Decorator[Access, Inside]: ...


@overload
def requires(
    action: Action,
    operation: type[F],
    *,
    find_access: FindAccess[F, AnyAccess],
    **options: Unpack[Options[F]],
) -> Decorator[AnyAccess, F]: ...


def requires(
    action: Action,
    operation: type[Any],
    *,
    find_access: FindAccess[Any, Access] = by_organization,
    **options: Any,
) -> Decorator[Any, Any]:
    """Guard a view: the actor must be allowed to do the action in the organization that `find_access` finds.

    `refused_as` is the audit event for refused attempts; every view that changes something has one.
    """
    return guarded(Guard("requires", operation, _entry(find_access, action), action, **options))


def receives(
    action: Action,
    operation: type[F],
    *,
    find_access: FindAccess[F, AnyAccess],
    **options: Unpack[Options[F]],
) -> Decorator[AnyAccess, F]:
    """Guard a view that takes a file: check the request before the file is read, and again under the lock.

    No transaction is open while the file arrives.
    """
    return receiving(
        Guard("requires", operation, _entry(find_access, action), action, streams=True, **options)
    )


def require_access(actor: Actor, organization_id: str, action: Action) -> Access:
    """Return the actor's access to an organization. Raises `NotPermitted`."""
    current.requested_organization = organization_id
    return remember_access(
        organization_access.require(actor, organization_id, action, changing=database.changing())
    )


def remember_access(access: AnyAccess) -> AnyAccess:
    """Store the access for the rest of the request, for instance for `can()` in templates."""
    current.requested_organization = access.organization.id
    current.access = access
    last_use.record_after_response(access.actor, access)
    return access


def signed_in(operation: type[F], **options: Unpack[ApartOptions[F]]) -> Decorator[Actor, F]:
    """Guard a view: any authenticated actor may call it."""
    return guarded(Guard("signed_in", operation, _admit_actor, **options))


def public(operation: type[F], **options: Unpack[Options[F]]) -> Decorator[Actor | None, F]:
    """Guard a view that needs no credential; if it changes something, it opens its own units of work."""
    return guarded(Guard("public", operation, _admit_anyone, **options))


def _entry(find_access: FindAccess[F, AnyAccess], action: Action) -> Callable[[F], AnyAccess]:
    return lambda form: remember_access(find_access(authentication.actor(), form, action))


def _admit_actor(_form: Operation) -> Actor:
    actor = authentication.actor()
    last_use.record_after_response(actor)
    return actor


def _admit_anyone(_form: Operation) -> Actor | None:
    return authentication.find_actor()
