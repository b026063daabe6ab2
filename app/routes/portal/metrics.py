"""`/metrics`: numbers for the operator's Prometheus."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.web.guard.probe_guards import operator
from app.web.observe import metrics

routes = Blueprint("metrics", __name__)


@routes.get("/metrics")
@operator()
def show() -> ResponseReturnValue:
    """Answer the numbers, also while the database is out of reach."""
    return Response(metrics.text(), content_type=metrics.CONTENT_TYPE)
