"""Fixtures for every test: an installation, a portal in it, and the cast of people who use it."""

import gc
import os
from collections.abc import Callable, Generator, Iterator

import pytest
from argon2 import PasswordHasher, Type
from flask import Flask, appcontext_tearing_down, before_render_template, g
from jinja2 import Template

from app.base import clock
from app.base.config import Config
from app.services.login import passwords
from app.storage import database
from app.web.current import Current
from app.web.observe import request_log
from tests.support import databases
from tests.support.cast import Cast, set_up_cast
from tests.support.database_reach import depends_on_database, parameters_of
from tests.support.portal import Portal, password_hash
from tests.support.shared_installation import SharedInstallation
from tests.support.suites import is_long

# Tests create and drop many objects; collecting garbage at the default rate costs a tenth of their time.
gc.set_threshold(100_000, 50, 100)

# The production hasher, for tests of the hashes themselves.
HASHER = passwords._HASHER  # noqa: SLF001 - its parameters are no setting

# What Flask-Login and Flask-WTF store on Flask's `g`.
SET_BY_LIBRARIES = {"_login_user", "csrf_token"}

pytest_plugins = (
    "tests.support.serving",
    "tests.support.browsing",
    "tests.support.teams",
    "tests.support.races",
    "tests.support.world",
    "tests.documents.scene",
    "tests.support.commands",
    "tests.support.hostile_team",
    "tests.support.disks",
    "tests.support.postgres_server",
    "tests.support.poolers",
    "tests.support.refused_backups",
    "tests.support.database_urls",
    "tests.support.rates",
    "tests.support.redis_server",
    "tests.support.next_release",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add options that run the suite on Postgres."""
    parser.addoption(
        "--postgres",
        action="store_true",
        help=f"run on Postgres: on the server of {databases.SERVER}, or on one to throw away",
    )
    parser.addoption(
        "--only-sql", action="store_true", help="leave out what no database influences; see decision 0147"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start the Postgres server that all workers share, before the workers start."""
    if not config.getoption("--postgres") or databases.on_postgres():
        return
    from tests.support.postgres_server import PostgresServer

    server = PostgresServer()
    config.add_cleanup(server.remove)
    server.start()
    os.environ[databases.SERVER] = server.url


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    """Return the number of cores; one more for tests that wait for a server, a browser or a clock."""
    cores = yield
    return cores if config.getoption("-m") == "not long" else cores + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of `make test-long`, and leave out what no database influences if asked to."""
    on_postgres = config.getoption("--postgres") or databases.on_postgres()
    for item in items:
        about_postgres = "postgres" in parameters_of(item).values() and not on_postgres
        if is_long(item, about_postgres=about_postgres):
            item.add_marker(pytest.mark.long)
    if config.getoption("--only-sql"):
        config.hook.pytest_deselected(items=[item for item in items if not depends_on_database(item)])
        items[:] = [item for item in items if depends_on_database(item)]


@pytest.fixture(scope="session", autouse=True)
def _clock_of_this_process() -> Iterator[None]:
    """Let tests travel in time: a portal in this process does not follow the clock of its Postgres.

    Portals in processes of their own do, as `tests/faults/test_hosts.py` shows.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "follow", lambda *_, **__: None)
        patch.setattr(clock, "is_stale", lambda: False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """Hash passwords in this process as cheaply as Argon2 allows; `real_hashes` undoes this."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", cheap)
        yield


@pytest.fixture(scope="session", autouse=True)
def _log_as_served() -> None:
    """Log as `crewroom serve` does; structlog's default, coloured lines, takes a twentieth of a request."""
    request_log.configure()


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash passwords as a production portal does."""
    monkeypatch.setattr(passwords, "_HASHER", HASHER)
    password_hash.cache_clear()
    yield
    password_hash.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _no_rendering_under_the_write_lock() -> Iterator[None]:
    """Assert that nothing is rendered while the write lock is held, because other writers wait for it."""

    def check(_app: Flask, template: Template, **_context: object) -> None:
        assert not database.changing(), template.name

    with before_render_template.connected_to(check):
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_undeclared_attributes_on_g() -> Iterator[None]:
    """Assert that no request leaves anything on Flask's `g` that `web/current.py` does not declare."""
    declared = {*Current.__annotations__, *SET_BY_LIBRARIES}

    def check(_app: Flask, **_: object) -> None:
        assert vars(g).keys() <= declared

    with appcontext_tearing_down.connected_to(check):
        yield


@pytest.fixture(scope="session", autouse=True)
def _remove_databases() -> Iterator[None]:
    yield
    databases.databases().close()


@pytest.fixture(scope="session")
def session_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedInstallation]:
    installation = SharedInstallation(tmp_path_factory.mktemp("shared") / "instance")
    yield installation
    installation.close()


@pytest.fixture
def installation(session_installation: SharedInstallation) -> SharedInstallation:
    """Return an empty installation."""
    session_installation.clear()
    return session_installation


@pytest.fixture
def settings_for(installation: SharedInstallation) -> Callable[..., Config]:
    """Return a function that loads the settings of the installation from the given variables."""
    return installation.settings


@pytest.fixture
def portal(installation: SharedInstallation) -> Portal:
    """Return an empty portal without rate limits and without a mail server."""
    return installation.portal(installation.settings())


@pytest.fixture
def cast(portal: Portal) -> Cast:
    """Return the cast of people, in `portal`."""
    return set_up_cast(portal)


@pytest.fixture
def named_portal(installation: SharedInstallation) -> Portal:
    """Return a portal that browsers reach by name, because passkeys do not work with bare IP addresses."""
    return installation.portal(installation.settings(CREWROOM_BASE_URL="http://localhost"))
