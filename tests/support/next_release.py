"""The release after this one: a copy of the code with two more migrations, run as programs of their own.

It shows what upgrades do to a database of this release, whatever number of migrations this one has.
"""

import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from app.base.config import Config
from app.migrations import HEAD, REVISIONS
from tests.support.sources import APP

BLOCKED_TABLE = "greetings"
_ADDED = [f"{int(HEAD) + number:04}" for number in (1, 2)]
STEPS = list(pairwise([*REVISIONS, *_ADDED]))
NEXT_HEAD = _ADDED[-1]
_HEADER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = {!r}, {!r}
"""
# Adds a column and an index, fills the column, and writes a table anew, as SQLite needs for other changes.
_REWRITES = """
def upgrade():
    op.add_column("users", sa.Column("greeting", sa.String(300)))
    op.create_index("ix_users_greeting", "users", ["greeting"])
    op.execute("UPDATE users SET greeting = 'Hello ' || name")
    with op.batch_alter_table("jobs", recreate="always") as batch:
        batch.alter_column("topic", type_=sa.String(150))

def downgrade():
    with op.batch_alter_table("jobs", recreate="always") as batch:
        batch.alter_column("topic", type_=sa.String(120))
    op.drop_index("ix_users_greeting", "users")
    op.drop_column("users", "greeting")
"""
_ADDS_A_TABLE = f"""
def upgrade():
    op.create_table("{BLOCKED_TABLE}", sa.Column("id", sa.String(40), primary_key=True))

def downgrade():
    op.drop_table("{BLOCKED_TABLE}")
"""
_MIGRATE = """
import sys
from app.base import config
from app.migrations import migrate
from app.storage.database import Database
with Database(config.load()).engine.begin() as connection:
    migrate(connection, sys.argv[1], down=sys.argv[2] == "down")
"""


class NextRelease:
    """Runs Python programs with the code of the next release."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.copytree(APP, folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
        versions = folder / "app" / "migrations" / "versions"
        for (below, revision), body in zip(STEPS[-2:], (_REWRITES, _ADDS_A_TABLE), strict=True):
            (versions / f"{revision}_next.py").write_text(_HEADER.format(revision, below) + body)

    def run(self, program: str, *arguments: str, config: Config) -> subprocess.CompletedProcess[str]:
        """Run a program with the settings of an installation."""
        return self._python("-c", program, *arguments, config=config)

    def command(self, *arguments: str, config: Config) -> subprocess.CompletedProcess[str]:
        """Run a command of `crewroom`."""
        return self._python("-c", "from app.cli import main; main()", *arguments, config=config)

    def migrate(self, config: Config, revision: str, *, down: bool = False) -> None:
        """Migrate a database up or down to a revision."""
        done = self.run(_MIGRATE, revision, "down" if down else "up", config=config)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr

    def _python(self, *arguments: str, config: Config) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(self._folder),
            "CREWROOM_INSTANCE": str(config.instance),
            "CREWROOM_DATABASE_URL": config.database_url,
        }
        return subprocess.run(
            [sys.executable, "-P", *arguments],
            env=environment,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(scope="session")
def next_release(tmp_path_factory: pytest.TempPathFactory) -> NextRelease:
    return NextRelease(tmp_path_factory.mktemp("next-release"))
