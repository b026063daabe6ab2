"""What a WSGI server loads: `app.wsgi:create`, a factory."""

import atexit
from contextlib import ExitStack

from flask import Flask

from app import config as settings
from app import create_app
from app.services import installations, jobs
from app.services.workers import WORKERS
from app.web import request_log


def create() -> Flask:
    """Make the portal, with its log lines, and threads beside the requests that do the jobs.

    They share the database, and so its turn to write, with the requests of this process.
    """
    request_log.configure()
    used = ExitStack()
    config = used.enter_context(installations.started(settings.load()))
    atexit.register(used.close)
    app = create_app(config)
    atexit.register(jobs.start(app.extensions["database"], WORKERS))
    return app
