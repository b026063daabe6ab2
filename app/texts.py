"""Rules for short texts that people type: names, names of files, addresses of pictures."""

import re
import string
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

from app.errors import InvalidInput

NAME_LENGTH = 100
URL_LENGTH = 2048
FILENAME_LENGTH = 200
# Behind the host: a percent sign that encodes nothing, and signs that RFC 3986 allows in no such place.
_NO_URI = re.compile(r"%(?![0-9A-Fa-f]{2})|[\[\]#]")
_HOST = re.compile(r"[a-z0-9._~-]+|[0-9a-f:.]+")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# A name may hold the two joiners, which emoji and some scripts need, beside something visible.
_JOINERS = {"\u200c", "\u200d"}
# Blank on every screen, though Unicode calls them letters or symbols.
_BLANK = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}


def name(text: str, *, field: str, missing: str, longest: int = NAME_LENGTH) -> str:
    """Return a name trimmed, or raise: blank, too long, or with characters nobody can see."""
    trimmed = text.strip()
    if not any(map(_visible, trimmed)):
        raise InvalidInput(missing, field=field)
    if len(trimmed) > longest:
        raise InvalidInput(f"{field} must be at most {longest} characters", field=field)
    if any(_hidden(character) for character in trimmed):
        raise InvalidInput(f"{field} must not contain control or direction characters", field=field)

    return trimmed


def filename(text: str) -> str:
    """Return the name of a file as it may be offered again: no folders, nothing hidden, never blank."""
    last = text.replace("\\", "/").rpartition("/")[2]
    visible = "".join(character for character in last if not _hidden(character)).strip(" .")
    return visible[-FILENAME_LENGTH:] if any(map(_visible, visible)) else "bundle"


def https_url(text: str, *, field: str) -> str | None:
    """Return an `https://` address, None for a blank one, or raise; letters beyond ASCII are encoded."""
    trimmed = text.strip()
    if not trimmed:
        return None
    encoded = _encoded(trimmed)
    if max(len(trimmed), len(encoded or "")) > URL_LENGTH:
        raise InvalidInput(f"{field} must be at most {URL_LENGTH} characters", field=field)
    if encoded is None or not _is_https(encoded):
        raise InvalidInput(f"{field} must be an https:// URL", field=field)

    return encoded


def _visible(character: str) -> bool:
    """Tell whether a character leaves ink on the page."""
    category = unicodedata.category(character)
    return category not in _INVISIBLE and category[0] not in "ZM" and character not in _BLANK


def _hidden(character: str) -> bool:
    """Tell whether a character could mislead the reader of a name."""
    return unicodedata.category(character) in _INVISIBLE and character not in _JOINERS


def _encoded(text: str) -> str | None:
    """Write an address in ASCII, as a browser does before it asks; None for one that cannot be."""
    if text.isascii() or not text.isprintable():
        return text
    try:
        parts = urlsplit(text)
        host = parts.netloc.encode("idna").decode()
    except ValueError:
        return None
    rest = (quote(part, safe=string.punctuation) for part in parts[2:])
    return urlunsplit((parts.scheme, host, *rest))


def _is_https(text: str) -> bool:
    """Tell whether a text is one plain https address with a host and without user information."""
    if not text.isprintable() or any(sign in text for sign in " <>\"'\\`{}|^"):
        return False
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False

    whole = not _NO_URI.search("".join(parts[2:]))
    return parts.scheme == "https" and bool(_HOST.fullmatch(host or "")) and "@" not in parts.netloc and whole
