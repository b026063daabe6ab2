"""Last use: noted at most once a minute, after the answer, so that a read writes nothing while it runs."""

import structlog
from flask import Flask, Response

from app.base.errors import Unavailable
from app.services.core.actors import Access, Actor
from app.services.login import last_used
from app.storage.database import Database
from app.web.current import current

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Note the use when the answer has left."""
    app.after_request(_arrange)


def note_after_answer(actor: Actor, access: Access | None = None) -> None:
    """Remember to note this use, if the last note is older than a minute."""
    noted = [actor.last_used_at]
    if access is not None:
        noted += [access.last_active_at, access.last_used_at]
    if any(map(last_used.stale, noted)):
        current.use = (actor, access.organization.id if access else None)


def _arrange(response: Response) -> Response:
    use = current.use
    if use:
        database = current.database
        response.call_on_close(lambda: _note(database, *use))
    return response


def _note(database: Database, actor: Actor, organization_id: str | None) -> None:
    try:
        with database.writing():
            last_used.record(actor, organization_id)
    except Unavailable:
        log.warning("last_use_not_noted", credential=actor.credential_id)
