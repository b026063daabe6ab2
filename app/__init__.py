"""Crewroom, a team-management portal."""

from datetime import timedelta
from typing import TYPE_CHECKING

from app.base import paths
from app.base.config import Config

if TYPE_CHECKING:  # the parent process of `serve` imports this package without Flask
    from flask import Flask


def create_app(config: Config | None = None) -> "Flask":
    """Create the application; its parts are set up in the order in which a request passes them."""
    from app import routes
    from app.base.config import load
    from app.services.installation import secret_key_file
    from app.storage.database import Database
    from app.web import current
    from app.web.errors import handlers
    from app.web.guard import authentication, known_devices, last_use, method_override, rate_limits
    from app.web.observe import metrics, request_log
    from app.web.request import incoming, proxies, routing
    from app.web.response import conditional, security_headers, templating
    from app.web.response.json_provider import OrjsonProvider

    config = secret_key_file.prepare(config or load())
    app = _application(config)
    app.json = OrjsonProvider(app)
    app.extensions["config"] = config
    app.extensions["database"] = database = Database(config)
    current.init_app(app, config, database)

    proxies.init_app(app)
    security_headers.init_app(app)
    last_use.init_app(app)
    known_devices.init_app(app)
    request_log.init_app(app)
    metrics.init_app(app)
    rate_limits.init_app(app)
    routing.init_app(app)
    incoming.init_app(app)
    method_override.init_app(app)
    authentication.init_app(app)
    templating.init_app(app)
    routes.init_app(app)
    conditional.init_app(app)
    handlers.init_app(app)
    return app


def outline(config: Config) -> "Flask":
    """Create an application that has every route and no database, to generate the specification."""
    from app import routes

    app = _application(config)
    routes.init_app(app)
    return app


def _application(config: Config) -> "Flask":
    from flask import Flask

    app = Flask(
        __name__,
        template_folder=str(paths.TEMPLATES),
        static_folder=None,  # added below, once OPTIONS is switched off for all routes
        instance_path=str(config.instance),
    )
    app.config.from_mapping(_flask_settings(config))
    app.static_folder = str(paths.STATIC)
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    app.url_map.strict_slashes = False  # a path works with and without its trailing slash
    app.url_map.merge_slashes = False
    return app


def _flask_settings(config: Config) -> dict[str, object]:
    from app.web.request import cookies

    return {
        "SECRET_KEY": config.secret_key,
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "SESSION_COOKIE_NAME": cookies.name(config),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.secure,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "SESSION_REFRESH_EACH_REQUEST": False,  # no late response or public file may set the cookie
        "WTF_CSRF_TIME_LIMIT": None,  # tokens last as long as their session
        "WTF_CSRF_SSL_STRICT": False,  # `web/request/origins.py` checks the origin of a request
    }
