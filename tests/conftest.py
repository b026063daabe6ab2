"""What every test can have: a portal of its own, and the cast that plays in it."""

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
from tests.support import databases
from tests.support.cast import Cast, set_up_cast
from tests.support.database_reach import reaches_sql
from tests.support.portal import Portal, password_hash
from tests.support.shared_installation import SharedInstallation

# Tests make and drop a great many objects; looking for cycles as often as usual takes a tenth of their time.
gc.set_threshold(100_000, 50, 100)

# The hasher of a portal, for tests of what it makes.
HASHER = passwords._HASHER  # noqa: SLF001 - its parameters are no setting

# What Flask-Login and Flask-WTF put on Flask's `g`.
KEPT_BY_LIBRARIES = {"_login_user", "csrf_token"}

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
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the whole suite run on the other database."""
    parser.addoption(
        "--postgres",
        action="store_true",
        help=f"run on Postgres: on the server of {databases.SERVER}, or on one to throw away",
    )
    parser.addoption(
        "--only-sql", action="store_true", help="leave out what no database influences; see decision 0147"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start the server that the workers will share, before they are started."""
    if not config.getoption("--postgres") or databases.on_postgres():
        return
    from tests.support.postgres_server import PostgresServer

    server = PostgresServer()
    config.add_cleanup(server.remove)
    server.start()
    os.environ[databases.SERVER] = server.url


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    """As many as cores for `make test`; one more for tests that wait for a server, a browser or a clock."""
    cores = yield
    return cores if config.getoption("-m") == "not long" else cores + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the browser to `make test-long`, and Postgres too unless the run is on Postgres."""
    on_postgres = config.getoption("--postgres") or databases.on_postgres()
    for item in items:
        about_postgres = isinstance(item, pytest.Function) and "[postgres]" in item.name
        if item.get_closest_marker("browser") or (about_postgres and not on_postgres):
            item.add_marker(pytest.mark.long)
    if config.getoption("--only-sql"):
        config.hook.pytest_deselected(items=[item for item in items if not reaches_sql(item)])
        items[:] = [item for item in items if reaches_sql(item)]


@pytest.fixture(scope="session", autouse=True)
def _time_is_that_of_this_process() -> Iterator[None]:
    """Let tests move the time: a portal of this process does not follow the clock of its Postgres.

    Portals that are processes of their own do; `tests/faults/test_clocks.py` shows it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "follow", lambda *_, **__: None)
        patch.setattr(clock, "is_stale", lambda: False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _hashes_are_cheap() -> Iterator[None]:
    """Hash passwords of this process as cheaply as Argon2 allows; `real_hashes` has those of a portal."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", cheap)
        yield


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash as a portal does that is a process of its own."""
    monkeypatch.setattr(passwords, "_HASHER", HASHER)
    password_hash.cache_clear()
    yield
    password_hash.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_drawn_under_the_write_lock() -> Iterator[None]:
    """Look at every template that any test draws: others wait for the lock meanwhile."""

    def check(_app: Flask, template: Template, **_context: object) -> None:
        assert not database.changing(), template.name

    with before_render_template.connected_to(check):
        yield


@pytest.fixture(scope="session", autouse=True)
def _nothing_undeclared_lies_on_g() -> Iterator[None]:
    """Compare what each request of any test leaves on Flask's `g` with what `web/current.py` declares."""
    declared = {*Current.__annotations__, *KEPT_BY_LIBRARIES}

    def check(_app: Flask, **_: object) -> None:
        assert vars(g).keys() <= declared

    with appcontext_tearing_down.connected_to(check):
        yield


@pytest.fixture(scope="session", autouse=True)
def _databases_are_removed() -> Iterator[None]:
    yield
    databases.databases().close()


@pytest.fixture(scope="session")
def session_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedInstallation]:
    installation = SharedInstallation(tmp_path_factory.mktemp("shared") / "instance")
    yield installation
    installation.close()


@pytest.fixture
def installation(session_installation: SharedInstallation) -> SharedInstallation:
    """A fresh installation."""
    session_installation.clear()
    return session_installation


@pytest.fixture
def settings_for(installation: SharedInstallation) -> Callable[..., Config]:
    """Make the settings of a fresh installation; variables may be given as for the command line."""
    return installation.settings


@pytest.fixture
def portal(installation: SharedInstallation) -> Portal:
    """A fresh portal without limits of rate and without a mail server."""
    return installation.portal(installation.settings())


@pytest.fixture
def cast(portal: Portal) -> Cast:
    """The cast, on its marks."""
    return set_up_cast(portal)


@pytest.fixture
def named_portal(installation: SharedInstallation) -> Portal:
    """A portal that browsers reach by a name; passkeys do not work with bare addresses."""
    return installation.portal(installation.settings(CREWROOM_BASE_URL="http://localhost"))
