"""What a WSGI server loads: `app.wsgi:create`, a factory."""

from flask import Flask

from app import create_app
from app.web import request_log


def create() -> Flask:
    """Make the portal with its log lines switched on."""
    request_log.configure()
    return create_app()
