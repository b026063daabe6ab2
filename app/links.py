"""Addresses of our own pages as mail carries them; always from the settings, never from a request."""

from enum import StrEnum
from urllib.parse import urlencode

from app import secrets
from app.config import Config


class Purpose(StrEnum):
    """What a mailed link does."""

    INVITATION = "invitation"
    SHARED = "shared"
    CONFIRMATION = "confirmation"
    RESET = "reset"
    OLD_ADDRESS = "old_address"
    NEW_ADDRESS = "new_address"


_PATHS = {
    Purpose.INVITATION: "/invitation/accept/",
    Purpose.SHARED: "/invitation/accept/",
    Purpose.CONFIRMATION: "/confirm/",
    Purpose.RESET: "/reset/password/",
    Purpose.OLD_ADDRESS: "/account/email/confirm/",
    Purpose.NEW_ADDRESS: "/account/email/confirm/",
}


def page(config: Config, path: str) -> str:
    """Return the full address of one of our pages."""
    return config.base_url + path


def organization(config: Config, identifier: str) -> str:
    """Return the full address of an organization's overview."""
    return page(config, f"/organization/?{urlencode({'orgId': identifier})}")


def secret(config: Config, purpose: Purpose, identifier: str) -> str:
    """Return the secret in a mailed link."""
    return secrets.derived(config.secret_key, f"{purpose}:{identifier}")


def mailed(config: Config, purpose: Purpose, identifier: str) -> str:
    """Return the full address of a mailed link, secret included."""
    token = secret(config, purpose, identifier)
    return f"{page(config, _PATHS[purpose])}?{urlencode({'token': token})}"
