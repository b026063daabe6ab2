"""Full URLs of the portal's pages, for mail. They use the configured base URL, never a request's host."""

from enum import StrEnum
from urllib.parse import urlencode

from app.base import tokens
from app.base.config import Config


class Page(StrEnum):
    """A page that mail or a message links to: its path below the base URL."""

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
    """The purpose of a mailed link."""

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
    """Return the URL of a page."""
    return f"{config.base_url}{found}?{urlencode(query)}" if query else f"{config.base_url}{found}"


def organization(config: Config, identifier: str | None) -> str:
    """Return the URL of an organization's overview, or of the list of organizations."""
    query = {"orgId": identifier} if identifier else {}
    return page(config, Page.ORGANIZATIONS, **query)


def secret(config: Config, purpose: Purpose, identifier: str) -> str:
    """Return the secret in a mailed link."""
    return tokens.derived(config.secret_key, f"{purpose}:{identifier}")


def mailed(config: Config, purpose: Purpose, identifier: str) -> str:
    """Return the URL of a mailed link, with its secret."""
    return page(config, _PAGES[purpose], token=secret(config, purpose, identifier))
