"""The JSON API of probes: types of answers, and descriptions of operations."""

from app.web.json_types import Success
from app.web.json_types.description import Description

HEALTHZ = Description("Health", Success)
READYZ = Description("Health", Success)
