"""Record the last use of credentials, at most once a minute and after the response."""

import structlog
from flask import Flask, Response

from app.base.errors import Unavailable
from app.services.core.actors import Access, Actor
from app.services.login import last_used
from app.storage.database import Database
from app.web.current import current

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Record the use after each response."""
    app.after_request(_schedule)


def record_after_response(actor: Actor, access: Access | None = None) -> None:
    """Schedule recording this use, if the recorded ones are older than a minute."""
    recorded = [actor.last_used_at]
    if access is not None:
        recorded += [access.last_active_at, access.last_used_at]
    if any(map(last_used.stale, recorded)):
        current.last_use = (actor, access.organization.id if access else None)


def _schedule(response: Response) -> Response:
    use = current.last_use
    if use:
        database = current.database
        response.call_on_close(lambda: _record(database, *use))
    return response


def _record(database: Database, actor: Actor, organization_id: str | None) -> None:
    try:
        with database.writing():
            last_used.record(actor, organization_id)
    except Unavailable:
        log.warning("last_use_not_noted", credential=actor.credential_id)
