"""The guards of probes, which look at no key and no cookie: `@probe`, and `@operator` for a token."""

from collections.abc import Callable
from functools import wraps

from flask.typing import ResponseReturnValue

from app.web import authentication
from app.web.forms import Anything
from app.web.phases import Guard, View


def probe() -> Callable[[View], View]:
    """Let the view run for monitoring: uncounted, without a look at who asks, and without a unit of work."""
    return _probing(Guard("probe", Anything), lambda: None)


def operator() -> Callable[[View], View]:
    """Let the view run for the operator's monitoring, which sends the metrics token of the settings.

    Otherwise like `probe`.
    """
    return _probing(Guard("operator", Anything), authentication.check_operator)


def _probing(guard: Guard, check: Callable[[], None]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def run() -> ResponseReturnValue:
            check()
            return view()

        run.guard = guard  # type: ignore[attr-defined]
        return run

    return decorate
