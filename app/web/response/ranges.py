"""Parse the `Range` header into a single range of a file (RFC 9110, section 14).

Adjacent or overlapping ranges are merged; for ranges with gaps, the whole file is sent. So a response is
never larger than the file.
"""

import re

_RANGE = re.compile(r"(\d*)[ \t]*-[ \t]*(\d*)", re.ASCII)
# More digits than the size of any file; Python refuses to convert thousands of digits.
_MOST_DIGITS = 18


class NotSatisfiable(Exception):
    """None of the requested ranges is in the file."""


def parse(header: str, size: int) -> range | None:
    """Return the requested range of a file of `size` bytes, None for the whole file.

    A header that is malformed or in another unit than bytes is ignored, as RFC 9110 allows for the former and
    requires for the latter. Raises `NotSatisfiable`.
    """
    unit, equals, items = header.partition("=")
    if unit.strip().lower() != "bytes" or not equals:
        return None
    requested = [_parse_range(text.strip(), size) for text in items.split(",") if text.strip()]
    if not requested or None in requested:
        return None
    inside = [part for part in requested if part]
    if not inside:
        raise NotSatisfiable
    return _merge(inside)


def _parse_range(text: str, size: int) -> range | None:
    """Return one range, empty if it is outside the file, None if it is malformed."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    first, last = (_number(digits) for digits in match.groups())
    if first is None:
        return None if last is None else range(max(size - last, 0), size)
    if last is not None and last < first:
        return None
    return range(first, size if last is None else min(last + 1, size))


def _number(digits: str) -> int | None:
    return int(digits[: _MOST_DIGITS + 1]) if digits else None


def _merge(parts: list[range]) -> range | None:
    """Return the union of the ranges, None if there is a gap."""
    parts = sorted(parts, key=lambda part: part.start)
    stop = parts[0].stop
    for part in parts[1:]:
        if part.start > stop:
            return None
        stop = max(stop, part.stop)
    return range(parts[0].start, stop)
