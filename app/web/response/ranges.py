"""The `Range` header: which one part of a file a caller gets (RFC 9110, section 14).

Several parts are never sent side by side: parts that touch are one, anything else is the whole file. So no
header, however long, makes an answer larger than the file.
"""

import re

_PART = re.compile(r"(\d*)[ \t]*-[ \t]*(\d*)", re.ASCII)
# More digits than the length of any file has; Python refuses to read texts of thousands.
_MOST_DIGITS = 18


class NotSatisfiable(Exception):
    """No part that was asked for lies in the file."""


def one(header: str, size: int) -> range | None:
    """Return the part of a file of `size` bytes that a header asks for, None for the whole file.

    A header that is malformed or in another unit than bytes is ignored, as RFC 9110 demands for the unit and
    allows for the rest. Raises `NotSatisfiable`.
    """
    unit, equals, listed = header.partition("=")
    if unit.strip().lower() != "bytes" or not equals:
        return None
    asked = [_part(text.strip(), size) for text in listed.split(",") if text.strip()]
    if not asked or None in asked:
        return None
    inside = [part for part in asked if part]
    if not inside:
        raise NotSatisfiable
    return _joined(inside)


def _part(text: str, size: int) -> range | None:
    """Return the bytes of one part, an empty range if none of them lies in the file, None for nonsense."""
    found = _PART.fullmatch(text)
    if found is None:
        return None
    first, last = (_number(digits) for digits in found.groups())
    if first is None:
        return None if last is None else range(max(size - last, 0), size)
    if last is not None and last < first:
        return None
    return range(first, size if last is None else min(last + 1, size))


def _number(digits: str) -> int | None:
    return int(digits[: _MOST_DIGITS + 1]) if digits else None


def _joined(parts: list[range]) -> range | None:
    """Return what parts cover together, None if there is a gap."""
    parts = sorted(parts, key=lambda part: part.start)
    stop = parts[0].stop
    for part in parts[1:]:
        if part.start > stop:
            return None
        stop = max(stop, part.stop)
    return range(parts[0].start, stop)
