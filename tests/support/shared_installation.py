"""One installation for all tests of a process, cleared between tests because creating one is slow."""

import shutil
from pathlib import Path

from app.base import config as settings
from app.base.config import Config
from app.web.guard.rate_counters import ProcessCounter
from tests.support import databases
from tests.support.portal import Portal

# Tests send more mail to one person than the limits allow in a day.
UNLIMITED_MAIL = {"CREWROOM_MAIL_DAILY_LIMIT": "0", "CREWROOM_MAIL_COOL_DOWN": "0"}


class SharedInstallation:
    """An instance folder, and its portals by their settings."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        databases.install(instance)
        self._portals: dict[Config, Portal] = {}

    def settings(self, **variables: str) -> Config:
        """Load the settings of this installation, without a rate limit unless one is given."""
        own = {"CREWROOM_INSTANCE": str(self.instance), "CREWROOM_RATE_LIMIT": "0", **UNLIMITED_MAIL}
        return settings.load({**own, **variables})

    def portal(self, config: Config) -> Portal:
        """Return the portal with these settings, as if it had just started."""
        if config not in self._portals:
            self._portals[config] = Portal(config)
        portal = self._portals[config]
        portal.app.extensions["rate_counter"] = ProcessCounter()
        return portal

    def clear(self) -> None:
        """Remove all accounts and files; recreate the installation if a test destroyed it."""
        if not databases.databases().clear(self.instance):
            self.close()
            shutil.rmtree(self.instance, ignore_errors=True)
        databases.install(self.instance)
        for found in self.instance.iterdir():
            if found.is_dir():
                shutil.rmtree(found)
            elif found.name not in {"secret_key", "crewroom.env"} and not found.name.startswith(
                "crewroom.db"
            ):
                found.unlink()

    def close(self) -> None:
        for portal in self._portals.values():
            portal.close()
        self._portals.clear()
