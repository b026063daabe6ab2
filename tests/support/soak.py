"""How long the tests of faults go on: some seconds each in the suite, minutes with `make soak`."""

import os

LONG = bool(os.environ.get("SOAK"))


def rounds(short: int, long: int) -> int:
    return long if LONG else short
