"""Guards as values, typed: a guard, its view and what draws its form again agree on one form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask.typing import ResponseReturnValue

from app.base.events import Event
from app.base.permissions import Action
from app.web.forms.forms import F
from app.web.response.replies import Result
from app.web.response.screens import Screen

# What a guard lets in: an access, an actor, or a visitor.
A = TypeVar("A")
# Draws a form again after a refusal, with what was typed and what is wrong with it.
Redraw = Callable[[F], Screen] | None
# The event that a refused attempt is recorded as; some routes make several, and the form says which.
RefusedAs = Event | Callable[[F], Event] | None
View = Callable[[A, F], Result]
GuardedView = Callable[..., ResponseReturnValue]
Decorator = Callable[[View[A, F]], GuardedView]


@dataclass(frozen=True, slots=True)
class Guard(Generic[A, F]):
    """What a route asks for; the architecture test, the specification and the error pages read it.

    `enter` returns the first argument of the view for a form, or refuses.
    """

    kind: str
    operation: type[F]
    enter: Callable[[F], A]
    action: Action | None = None
    redraw: Redraw[F] = None
    opens_units: bool = False
    streams: bool = False
    refused_as: RefusedAs[F] = None

    def attempted(self, form: F) -> Event | None:
        """Return the event that a refused request is recorded as, None for one that leaves no entry."""
        named = self.refused_as
        return named if named is None or isinstance(named, Event) else named(form)


# The guard of some route, whatever its form is.
AnyGuard = Guard[Any, Any]
