"""`/`, `/healthz`, `/readyz`: the home page, and probes of the process and the database."""

from flask import Blueprint, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue

from app.base.errors import Unavailable
from app.routes.portal import api
from app.services.core.actors import Actor
from app.web.current import current
from app.web.forms.forms import Anything
from app.web.guard.access import public
from app.web.guard.probe_guards import probe

routes = Blueprint("health", __name__)


@routes.get("/")
@public(Anything)
def home(actor: Actor | None, form: Anything) -> ResponseReturnValue:
    """Redirect to the organizations, or to the login page."""
    return redirect(url_for("organizations.index" if actor else "sessions.log_in"), 303)


@routes.get("/healthz")
@probe(api=api.HEALTHZ)
def healthz() -> ResponseReturnValue:
    """Check that the portal is running."""
    return jsonify({"status": "OK"})


@routes.get("/readyz")
@probe(api=api.READYZ)
def readyz() -> ResponseReturnValue:
    """Check that the database can be read."""
    if not current.database.answers():
        raise Unavailable
    return jsonify({"status": "OK"})
