"""The corpora in `tests/support/data/`: hostile bodies, names and values."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def read(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def hostile_bodies() -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in read("hostile_bodies")}


def encoded(entry: dict[str, Any], organization: str) -> bytes:
    """Return the bytes of a body. `repeat` is an opening text, a count, and optionally its closing text."""
    opening, times, closing = [*entry.get("repeat", ["", 0]), ""][:3]
    text: str = entry["text"] + opening * times + closing * times + entry.get("rest", "")
    return text.replace("ORG", organization).encode(str(entry.get("encoding", "utf-8")))
