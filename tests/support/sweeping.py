"""Sweeps: one test over many cases, with a subtest for each that fails.

A case costs a fraction of a parametrized test, which every worker collects and reports three times.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import partial, wraps
from typing import Any

import pytest

_LONGEST_LABEL = 100
# In seconds, for all cases; sweeps are slow on a busy machine.
_LONGEST = 300


def sweep(names: str, cases: Iterable[Any], ids: Any = None) -> Callable[[Any], Any]:
    """Run one test for each case, written as for `pytest.mark.parametrize`.

    The `world` is put back after each case; all other fixtures are shared by the cases.
    """
    wanted = [name.strip() for name in names.split(",")]
    labelled = list(_labelled(cases, ids, single=len(wanted) == 1))
    assert labelled, "a sweep without cases shows nothing"

    def decorate(test: Callable[..., None]) -> Any:
        own = inspect.signature(test)

        @pytest.mark.timeout(_LONGEST)
        @wraps(test)
        def swept(subtests: pytest.Subtests, **fixtures: Any) -> None:
            if "subtests" in own.parameters:
                fixtures["subtests"] = subtests
            for label, values in labelled:
                _run(subtests, label, partial(test, **fixtures, **dict(zip(wanted, values, strict=True))))
                if "world" in fixtures:
                    fixtures["world"].put_back()

        others = [one for one in own.parameters.values() if one.name not in {*wanted, "subtests"}]
        subtest = inspect.Parameter("subtests", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        vars(swept)["__signature__"] = own.replace(parameters=[subtest, *others])
        return swept

    return decorate


def _run(subtests: pytest.Subtests, label: str, case: Callable[[], None]) -> None:
    """Run a case, and report it as a subtest only if it fails, because each report takes milliseconds."""
    try:
        case()
    except (Exception, pytest.skip.Exception, pytest.fail.Exception):
        with subtests.test(label):
            raise


def _labelled(cases: Iterable[Any], ids: Any, *, single: bool) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield each case with its label, which is given or made of its values, in ASCII."""
    labels = None if ids is None or callable(ids) else list(ids)
    for number, case in enumerate(cases):
        values = (case,) if single else tuple(case)
        label = labels[number] if labels else "-".join(map(ids or str, values))
        yield ascii(label)[1:-1][:_LONGEST_LABEL], values
