"""`/metrics`: metrics for the operator's Prometheus."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.web.guard.probe_guards import operator
from app.web.observe import metrics

routes = Blueprint("metrics", __name__)


@routes.get("/metrics")
@operator()
def show() -> ResponseReturnValue:
    """Return the metrics, even while the database is unreachable."""
    return Response(metrics.text(), content_type=metrics.CONTENT_TYPE)
