"""The guards of probes, which look at no key and no cookie: `@probe`, and `@operator` for a token."""

from collections.abc import Callable
from functools import wraps

from flask.typing import ResponseReturnValue

from app.web.forms.forms import Anything
from app.web.guard import authentication
from app.web.guard.guards import Guard, GuardedView


def probe() -> Callable[[GuardedView], GuardedView]:
    """Let the view run for monitoring: uncounted, without a look at who asks, and without a unit of work."""
    return _probing("probe", lambda: None)


def operator() -> Callable[[GuardedView], GuardedView]:
    """Let the view run for the operator's monitoring, which sends the metrics token of the settings.

    Otherwise like `probe`.
    """
    return _probing("operator", authentication.check_operator)


def _probing(kind: str, check: Callable[[], None]) -> Callable[[GuardedView], GuardedView]:
    def decorate(view: GuardedView) -> GuardedView:
        @wraps(view)
        def run() -> ResponseReturnValue:
            check()
            return view()

        run.guard = Guard(kind, Anything, lambda _form: check())  # type: ignore[attr-defined]
        return run

    return decorate
