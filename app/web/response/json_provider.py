"""Use orjson in Flask, because it is faster than the standard library."""

from typing import Any

import orjson
from flask.json.provider import JSONProvider


class OrjsonProvider(JSONProvider):
    """A JSON provider of Flask that uses orjson."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        """Return the object as JSON."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """Parse JSON. Only Flask's session cookie uses this; request bodies have a stricter parser."""
        return orjson.loads(s)
