"""The JSON API of probes: types of answers, and descriptions of operations."""

from app.web.json_types import Done
from app.web.json_types.description import Description

HEALTHZ = Description("Health", Done)
READYZ = Description("Health", Done)
