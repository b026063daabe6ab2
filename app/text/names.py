"""Rules for short texts that people type: names, names of files, addresses of pictures."""

import re
import string
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

from app.base.errors import InvalidInput
from app.text import invisible

NAME_LENGTH = 100
URL_LENGTH = 2048
FILENAME_LENGTH = 200
# Behind the host: a percent sign that encodes nothing, and signs that RFC 3986 allows in no such place.
_NO_URI = re.compile(r"%(?![0-9A-Fa-f]{2})|[\[\]#]")
_HOST = re.compile(r"[a-z0-9._~-]+|[0-9a-f:.]+")


def name(text: str, *, field: str, missing: str, longest: int = NAME_LENGTH) -> str:
    """Return a name trimmed and without invisible paste, otherwise as it was typed.

    Raises `InvalidInput` if it is blank, too long, or has characters that would deceive its reader.
    """
    kept = invisible.dropped(text)
    if not any(map(invisible.visible, kept)):
        raise InvalidInput(missing, field=field)
    if len(kept) > longest:
        raise InvalidInput(f"{field} must be at most {longest} characters", field=field)
    _check_readable(kept, field)

    return kept


def filename(text: str) -> str:
    """Return the name of a file as it may be offered again: no folders, nothing hidden, never blank."""
    last = text.replace("\\", "/").rpartition("/")[2]
    kept = invisible.dropped(invisible.DIRECTION.sub("", last))
    visible = "".join(character for character in kept if not invisible.deceives(character)).strip(" .")
    return visible[-FILENAME_LENGTH:] if any(map(invisible.visible, visible)) else "bundle"


def printable(text: str) -> str:
    """Return a text on one line, with U+FFFD in place of each character that cannot be shown."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def comparable(name: str) -> str:
    """Return the form that names are compared by: case and Unicode composition make no difference."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _check_readable(text: str, field: str) -> None:
    """Refuse what would turn the text around, break its line, or cover what stands beside it."""
    if invisible.DIRECTION.search(text):
        raise InvalidInput(
            f"{field} must not contain invisible characters that change the direction of text", field=field
        )
    if any(map(invisible.deceives, text)):
        raise InvalidInput(f"{field} must not contain line breaks, tabs or control characters", field=field)
    if invisible.stacked(text):
        raise InvalidInput(f"{field} has too many accents on one letter", field=field)


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
