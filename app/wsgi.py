"""Runs the portal in a server process: the WSGI application, and threads that run jobs."""

import socket
import threading
from collections.abc import Callable

from app import create_app
from app.base import config as settings
from app.server import worker
from app.services.installation import installations
from app.services.job_handlers import HANDLERS
from app.services.jobs import jobs
from app.web.observe import request_log
from app.web.request import lanes
from app.web.request.negotiation import VARY
from app.web.response import security_headers


def serve(sockets: list[socket.socket], ready: Callable[[], None]) -> None:
    """Serve on sockets until SIGTERM, then finish running requests and jobs; call `ready` once it serves.

    The jobs share the database, and so its write lock, with the requests of this process.
    """
    request_log.configure()
    with installations.started(settings.load()) as config:
        app = create_app(config)
        database = app.extensions["database"]
        # Jobs and requests finish at the same time, within the same grace period.
        jobs_end = threading.Thread(target=jobs.start(database, HANDLERS), name="jobs-end", daemon=True)
        worker.run(
            app,
            sockets,
            lanes=lanes.THREADS,
            route=lanes.router(app),
            headers={**security_headers.fixed(app), "Vary": VARY},
            ready=ready,
            stopping=jobs_end.start,
        )
        jobs_end.join()
        database.close()
