"""CSV for spreadsheets: its letters are recognized, and no cell runs as a formula."""

import csv
import io
import re
from collections.abc import Iterable

# Without it, Excel reads UTF-8 as the code page of the computer.
BYTE_ORDER_MARK = "\ufeff"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Addresses that begin with a phone number. Without parentheses and operators they cannot do anything.
_ADDRESS = re.compile(r"\+[A-Za-z0-9._-]+@[A-Za-z0-9.-]+")


def harmless(cell: str) -> str:
    """Return the cell, with a leading quote if a spreadsheet would run it as a formula."""
    runs = cell.startswith(_FORMULA_STARTS) and not _ADDRESS.fullmatch(cell)
    return f"'{cell}" if runs else cell


def lines(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as lines of CSV. The first part of a file needs the byte order mark in front."""
    file = io.StringIO()
    csv.writer(file).writerows(map(harmless, row) for row in rows)
    return file.getvalue()
