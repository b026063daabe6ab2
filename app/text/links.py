"""Addresses of our own pages as mail carries them; always from the settings, never from a request."""

from enum import StrEnum
from urllib.parse import urlencode

from app.base import tokens
from app.base.config import Config


class Page(StrEnum):
    """A page that mail or a message names, by its path below the base URL."""

    HOME = "/"
    LOG_IN = "/login/"
    REGISTER = "/register/"
    RESET = "/reset/"
    SECURITY = "/account/security/"
    ORGANIZATIONS = "/organization/"
    INVITATION = "/invitation/accept/"
    CONFIRMATION = "/confirm/"
    NEW_PASSWORD = "/reset/password/"  # noqa: S105 - a path
    NEW_EMAIL = "/account/email/confirm/"


class Purpose(StrEnum):
    """What a mailed link does."""

    INVITATION = "invitation"
    SHARED = "shared"
    CONFIRMATION = "confirmation"
    RESET = "reset"
    OLD_ADDRESS = "old_address"
    NEW_ADDRESS = "new_address"


_PAGES = {
    Purpose.INVITATION: Page.INVITATION,
    Purpose.SHARED: Page.INVITATION,
    Purpose.CONFIRMATION: Page.CONFIRMATION,
    Purpose.RESET: Page.NEW_PASSWORD,
    Purpose.OLD_ADDRESS: Page.NEW_EMAIL,
    Purpose.NEW_ADDRESS: Page.NEW_EMAIL,
}


def page(config: Config, found: Page, **query: str) -> str:
    """Return the full address of one of our pages."""
    return f"{config.base_url}{found}?{urlencode(query)}" if query else f"{config.base_url}{found}"


def organization(config: Config, identifier: str | None) -> str:
    """Return the full address of an organization's overview, or of the list of all without an identifier."""
    query = {"orgId": identifier} if identifier else {}
    return page(config, Page.ORGANIZATIONS, **query)


def secret(config: Config, purpose: Purpose, identifier: str) -> str:
    """Return the secret in a mailed link."""
    return tokens.derived(config.secret_key, f"{purpose}:{identifier}")


def mailed(config: Config, purpose: Purpose, identifier: str) -> str:
    """Return the full address of a mailed link, secret included."""
    return page(config, _PAGES[purpose], token=secret(config, purpose, identifier))
