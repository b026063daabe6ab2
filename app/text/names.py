"""Validates short texts that people type: names, filenames and image URLs."""

import re
import string
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

from app.base.codes import Code
from app.base.errors import InvalidInput
from app.text import invisible

NAME_LENGTH = 100
URL_LENGTH = 2048
FILENAME_LENGTH = 200
# After the host: a stray percent sign, and characters that RFC 3986 does not allow there.
_NO_URI = re.compile(r"%(?![0-9A-Fa-f]{2})|[\[\]#]")
_HOST = re.compile(r"[a-z0-9._~-]+|[0-9a-f:.]+")


def name(
    text: str, *, field: str, missing: str, longest: int = NAME_LENGTH, code: Code = Code.FIELD_REQUIRED
) -> str:
    """Return a name trimmed and without stray invisible characters, otherwise as typed.

    Raises `InvalidInput` if it is blank, which is refused with `missing` and `code`, too long, or has
    deceptive characters.
    """
    kept = invisible.cleaned(text)
    if not any(map(invisible.is_visible, kept)):
        raise InvalidInput(code, missing, field=field)
    if len(kept) > longest:
        raise InvalidInput(Code.TOO_LONG, f"{field} must be at most {longest} characters", field=field)
    _check_readable(kept, field)

    return kept


def filename(text: str) -> str:
    """Return a filename that is safe for downloads: without folders and invisible characters, never blank."""
    last = text.replace("\\", "/").rpartition("/")[2]
    kept = invisible.cleaned(invisible.DIRECTION.sub("", last))
    visible = "".join(character for character in kept if not invisible.is_deceptive(character)).strip(" .")
    return visible[-FILENAME_LENGTH:] if any(map(invisible.is_visible, visible)) else "bundle"


def printable(text: str) -> str:
    """Return a text with each unprintable character replaced by U+FFFD."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def comparable(name: str) -> str:
    """Return the form by which names are compared: case and Unicode composition do not matter."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _check_readable(text: str, field: str) -> None:
    """Refuse characters that would reverse the text, break its line, or cover the text next to it."""
    if invisible.DIRECTION.search(text):
        raise InvalidInput(
            Code.INVALID_TEXT,
            f"{field} must not contain invisible characters that change the direction of text",
            field=field,
        )
    if any(map(invisible.is_deceptive, text)):
        raise InvalidInput(
            Code.INVALID_TEXT,
            f"{field} must not contain line breaks, tabs or control characters",
            field=field,
        )
    if invisible.has_stacked_marks(text):
        raise InvalidInput(Code.INVALID_TEXT, f"{field} has too many accents on one letter", field=field)


def https_url(text: str, *, field: str) -> str | None:
    """Return an `https://` URL in ASCII, or None for a blank text.

    Raises `InvalidInput` if it is too long or not such a URL.
    """
    trimmed = text.strip()
    if not trimmed:
        return None
    encoded = _encoded(trimmed)
    if max(len(trimmed), len(encoded or "")) > URL_LENGTH:
        raise InvalidInput(Code.TOO_LONG, f"{field} must be at most {URL_LENGTH} characters", field=field)
    if encoded is None or not _is_https(encoded):
        raise InvalidInput(Code.INVALID_URL, f"{field} must be an https:// URL", field=field)

    return encoded


def _encoded(text: str) -> str | None:
    """Return a URL in ASCII, as a browser would send it; None if that is not possible."""
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
    """Return whether a text is an https URL with a host and without user information."""
    if not text.isprintable() or any(sign in text for sign in " <>\"'\\`{}|^"):
        return False
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False

    whole = not _NO_URI.search("".join(parts[2:]))
    return parts.scheme == "https" and bool(_HOST.fullmatch(host or "")) and "@" not in parts.netloc and whole
