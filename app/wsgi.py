"""What a WSGI server loads: `app.wsgi:create`, a factory."""

import atexit
import threading
from contextlib import ExitStack

from flask import Flask

from app import config as settings
from app import create_app
from app.services import installations, jobs
from app.services.workers import WORKERS
from app.web import request_log


def create() -> Flask:
    """Make the portal, with its log lines, and a thread beside the requests that does the jobs.

    The thread shares the database, and so its turn to write, with the requests of this process.
    """
    request_log.configure()
    used = ExitStack()
    config = used.enter_context(installations.started(settings.load()))
    atexit.register(used.close)
    app = create_app(config)
    stopped = threading.Event()
    atexit.register(stopped.set)
    work = (stopped, app.extensions["database"], WORKERS)
    threading.Thread(target=jobs.run_until, args=work, name="jobs", daemon=True).start()
    return app
