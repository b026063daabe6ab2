"""Cells of exports: a spreadsheet runs what begins like a formula, so that is written as text."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet will run."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
