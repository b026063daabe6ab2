"""Describe the device of a session, such as `Chrome on Linux`."""

from functools import lru_cache

LONGEST = 500


@lru_cache(maxsize=1024)
def device(user_agent: str) -> str:
    """Return the names of the browser and operating system in a `User-Agent` header."""
    from ua_parser import parse

    parsed = parse(user_agent[:LONGEST])
    browser = parsed.user_agent.family if parsed.user_agent else None
    system = parsed.os.family if parsed.os else None
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown device"
