"""What the commands share: one line for a refusal, and a unit of work on the configured database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from app.base import config
from app.base.config import WrongSetting
from app.base.errors import DomainError, Unavailable

if TYPE_CHECKING:  # the command line loads what a command needs
    from app.storage.database import Database

P = ParamSpec("P")
R = TypeVar("R")


def refusing(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a refusal into one line on standard error and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> R:
        from sqlalchemy.exc import DBAPIError

        from app.migrations import NewerSchema

        try:
            return command(*args, **options)
        except (WrongSetting, NewerSchema) as error:
            raise click.ClickException(str(error)) from error
        except Unavailable as error:
            raise _refused(error.__cause__ or error, error.known) from error
        except DBAPIError as error:
            raise _refused(error, Unavailable().known) from error
        except DomainError as error:
            raise click.ClickException(f"{error.error}. {error.message or ''}".strip()) from error

    return run


def _refused(error: BaseException, known: str) -> click.ClickException:
    """Say in one line what the database or the disk said, and what is known of the change."""
    reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    return click.ClickException(f"{known} The database or its disk refused ({reason})")


@contextmanager
def changing(*, making: bool = False) -> Iterator[None]:
    """Open a unit of work on the configured database; `making` makes an installation that is missing."""
    with opened(making=making) as database, database.writing():
        yield


@contextmanager
def reading() -> Iterator[None]:
    """Open the same for a command that only looks; others may go on changing things."""
    with opened() as database, database.reading():
        yield


@contextmanager
def opened(*, making: bool = False) -> "Iterator[Database]":
    """Open the configured database, brought up to date."""
    from app.services.installation import installations

    with installations.opened(config.load(), making=making) as database:
        yield database
