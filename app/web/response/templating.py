"""Globals, filters and context variables of the templates."""

import hashlib
from functools import cache
from typing import Any

from flask import Flask, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.local import LocalProxy

from app.base import clock
from app.base.paths import STATIC
from app.base.permissions import Action, Role
from app.services.core import organization_access
from app.text import humanize
from app.web.current import current
from app.web.response import replies


def init_app(app: Flask) -> None:
    """Add the globals, filters and context variables."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(csrf_token=generate_csrf, static_url=static_url, icon=icon, can=can)
    app.jinja_env.filters.update(
        role_label=lambda role: Role(role).label,
        role_hint=lambda role: Role(role).hint,
        iso=clock.rfc3339,
        ago=humanize.ago,
        until=humanize.until,
        day=humanize.day,
        size=humanize.size,
        moment=humanize.moment,
        initials=humanize.initials,
        hue=humanize.hue,
    )
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    access = current.access
    return {
        "viewer": current.actor,
        "org": access.organization if access else None,
        "role": access.role if access else None,
        "my_organizations": LocalProxy(_my_organizations),
        "flashes": LocalProxy(_flashes),
        "registration_open": current.settings.registration == "open",
    }


def can(action: str) -> bool:
    """Return whether the viewer may do an action in the organization of the page."""
    access = current.access
    return access is not None and access.may(Action(action))


@cache
def static_url(name: str) -> str:
    """Return the URL of a static file, which changes with its contents and so can be cached forever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return url_for("static", filename=name, v=digest)


_ICON = Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>')


@cache
def icon(name: str, style: str = "") -> Markup:
    """Return an icon of the sprite, with another CSS class."""
    return _ICON.format(f"icon {style}".strip(), static_url("icons.svg"), name)


def _my_organizations() -> list[Any]:
    if current.organizations is None:
        actor = current.actor
        current.organizations = organization_access.list_own(actor) if actor else []
    return [
        {"id": found.id, "name": found.name, "logo": found.logo, "role": role}
        for found, role in current.organizations
    ]


def _flashes() -> list[replies.Flash]:
    if current.flashes is None:
        current.flashes = replies.flashes()
    return current.flashes
