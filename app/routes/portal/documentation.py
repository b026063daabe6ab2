"""`/openapi.json` and `/docs/`: the API specification and the API reference."""

import orjson
from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from app.services.core.actors import Actor
from app.web.forms.forms import Anything, Nothing
from app.web.guard.access import public
from app.web.openapi import document
from app.web.response import conditional, replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen

routes = Blueprint("documentation", __name__)


@routes.get("/openapi.json")
@public(Anything)
def specification(actor: Actor | None, form: Anything) -> ResponseReturnValue:
    """Return the specification as JSON in every dialect; caches must revalidate it."""
    answer = Response(_written(), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return conditional.respond(answer, in_parts=False)


@routes.get("/docs/")
@public(Nothing)
def show(actor: Actor | None, form: Nothing) -> Shown:
    """Show the API reference, where people can send requests with their key."""
    return replies.page(_screen)


def _written() -> bytes:
    """Return the specification as JSON, which is generated once."""
    if "written_specification" not in current_app.extensions:
        current_app.extensions["written_specification"] = orjson.dumps(document.of_app(current_app))
    found: bytes = current_app.extensions["written_specification"]
    return found


def _screen() -> Screen:
    found = document.of_app(current_app)
    operations = [
        {"method": method.upper(), "path": path, "summary": operation["summary"], "tag": operation["tags"][0]}
        for path, item in found["paths"].items()
        for method, operation in item.items()
    ]
    context = {"tags": [tag["name"] for tag in found["tags"]], "operations": operations}
    return Screen("portal/show.html", "portal/show.html", "main", context)
