"""JSON by orjson, which is quicker than the standard library."""

from typing import Any

import orjson
from flask.json.provider import JSONProvider


class OrjsonProvider(JSONProvider):
    """Flask's JSON, written and read by orjson."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        """Write."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """Read; only Flask's own cookie comes this way, input has its strict reader."""
        return orjson.loads(s)
