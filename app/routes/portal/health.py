"""`/`, `/healthz`, `/readyz`: the front door, and whether the process and the database are there."""

from flask import Blueprint, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue

from app.base.errors import Unavailable
from app.services.core.actors import Actor
from app.web.current import current
from app.web.forms.forms import Anything
from app.web.guard.access import public
from app.web.guard.probe_guards import probe

routes = Blueprint("health", __name__)


@routes.get("/")
@public(Anything)
def home(visitor: Actor | None, form: Anything) -> ResponseReturnValue:
    """Send people to their organizations."""
    return redirect(url_for("organizations.index" if visitor else "sessions.log_in"), 303)


@routes.get("/healthz")
@probe()
def healthz() -> ResponseReturnValue:
    """Answer while the process runs; touches nothing."""
    return jsonify({"status": "OK"})


@routes.get("/readyz")
@probe()
def readyz() -> ResponseReturnValue:
    """Answer while the database can be read."""
    if not current.database.answers():
        raise Unavailable
    return jsonify({"status": "OK"})
