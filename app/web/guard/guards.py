"""The type of guards, generic in the form that the guard, its view and its redraw function share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask.typing import ResponseReturnValue

from app.base.events import Event
from app.base.permissions import Action
from app.web.forms.forms import F
from app.web.json_types.description import Description
from app.web.response.replies import Result
from app.web.response.screens import Screen

# What a guard passes to its view: an access, an actor, or an optional actor.
A = TypeVar("A")
# Returns the screen of a refused form, with the input and its errors.
Redraw = Callable[[F], Screen] | None
# The audit event of a refused attempt, or a function that picks one by the form.
RefusedAs = Event | Callable[[F], Event] | None
View = Callable[[A, F], Result]
GuardedView = Callable[..., ResponseReturnValue]
Decorator = Callable[[View[A, F]], GuardedView]


@dataclass(frozen=True, slots=True)
class Guard(Generic[A, F]):
    """The requirements of a route, which the specification, the error pages and tests read too.

    `enter` returns the first argument of the view for a form, or raises a refusal.
    `by_key` is the refusal for API keys, where only a session may.
    `api` describes the operation of the JSON API; a route without it is a page.
    """

    kind: str
    operation: type[F]
    enter: Callable[[F], A]
    action: Action | None = None
    redraw: Redraw[F] = None
    opens_units: bool = False
    streams: bool = False
    refused_as: RefusedAs[F] = None
    by_key: str | None = None
    api: Description | None = None

    def attempted(self, form: F) -> Event | None:
        """Return the audit event for a refused attempt, None if it is not recorded."""
        event = self.refused_as
        return event if event is None or isinstance(event, Event) else event(form)


# A guard with any form.
AnyGuard = Guard[Any, Any]
