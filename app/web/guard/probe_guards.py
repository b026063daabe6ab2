"""Guards of probes, which ignore keys and cookies: `@probe`, and `@operator` with the metrics token."""

from collections.abc import Callable
from functools import wraps

from flask.typing import ResponseReturnValue

from app.web.forms.forms import Anything
from app.web.guard import authentication
from app.web.guard.guards import Guard, GuardedView
from app.web.json_types.description import Description


def probe(api: Description | None = None) -> Callable[[GuardedView], GuardedView]:
    """Guard a probe: no authentication, no rate limit, no unit of work."""
    return _guarded("probe", lambda: None, api)


def operator() -> Callable[[GuardedView], GuardedView]:
    """Guard a probe like `probe`, but require the operator's metrics token."""
    return _guarded("operator", authentication.check_operator, None)


def _guarded(
    kind: str, check: Callable[[], None], api: Description | None
) -> Callable[[GuardedView], GuardedView]:
    def decorate(view: GuardedView) -> GuardedView:
        @wraps(view)
        def run() -> ResponseReturnValue:
            check()
            return view()

        run.guard = Guard(kind, Anything, lambda _form: check(), api=api)  # type: ignore[attr-defined]
        return run

    return decorate
