"""Error messages and units of work, shared by all commands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from app.base import config
from app.base.config import WrongSetting
from app.base.errors import DomainError, OperatorError, Unavailable

if TYPE_CHECKING:  # imported when a command needs it, so that others start fast
    from app.storage.database import Database

P = ParamSpec("P")
R = TypeVar("R")


def report_refusals(command: Callable[P, R]) -> Callable[P, R]:
    """Report refusals of a command as one line on standard error, with exit code 1."""

    @wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> R:
        from sqlalchemy.exc import DBAPIError

        from app.migrations import NewerSchema

        try:
            return command(*args, **options)
        except (WrongSetting, NewerSchema) as error:
            raise click.ClickException(str(error)) from error
        except Unavailable as error:
            raise _outage(error.__cause__ or error, error.known) from error
        except DBAPIError as error:
            raise _outage(error, Unavailable().known) from error
        except (DomainError, OperatorError) as error:
            raise click.ClickException(f"{error.error}. {error.message or ''}".strip()) from error

    return run


def _outage(error: BaseException, known: str) -> click.ClickException:
    """Return an error with the reason in one line, and with whether something was changed."""
    reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    return click.ClickException(f"{known} The database or its disk refused ({reason})")


@contextmanager
def changing(*, making: bool = False) -> Iterator[None]:
    """Open a unit of work that writes; `making` creates the installation if it is missing."""
    with opened(making=making) as database, database.writing():
        yield


@contextmanager
def reading() -> Iterator[None]:
    """Open a unit of work that only reads and does not block writers."""
    with opened() as database, database.reading():
        yield


@contextmanager
def opened(*, making: bool = False) -> "Iterator[Database]":
    """Open the configured database, after migrating it."""
    from app.services.installation import installations

    with installations.opened(config.load(), making=making) as database:
        yield database
