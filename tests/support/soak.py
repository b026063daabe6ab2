"""How long fault tests run: seconds in the suite, minutes with `make soak`."""

import os

LONG = bool(os.environ.get("SOAK"))


def rounds(short: int, long: int) -> int:
    return long if LONG else short
