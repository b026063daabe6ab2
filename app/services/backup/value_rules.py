"""Rules for the values in a backup's rows, and for values that must agree with each other."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.base import identifiers
from app.base.errors import InvalidInput
from app.base.permissions import Role
from app.models import CredentialKind, FactorKind
from app.text import email_addresses, invisible, names, semver

Rule = Callable[[Any], bool]

_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
# Limits for the parameters of a hash, so that verifying a password can't exhaust memory: 1 GiB, 16 passes.
_HASH = re.compile(r"\$argon2(?:id|i)\$v=\d+\$m=(\d{1,7}),t=(\d{1,2}),p=\d{1,2}\$[\w+/=$-]{1,200}", re.ASCII)
_ACTION = re.compile(r"[a-z_]{1,40}(\.[a-z_]{1,40})?", re.ASCII)
_MOST_MEMORY, _MOST_PASSES = 1024 * 1024, 16


def plain(text: str) -> bool:
    """Return whether a text has no line breaks and no other control characters."""
    return not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)


def name(text: str) -> bool:
    """Return whether a name has no characters that the forms refuse. It may be empty, as for accounts."""
    return not invisible.DIRECTION.search(text) and not any(map(invisible.is_deceptive, text))


def shown_name(text: str) -> bool:
    """Return whether a name is allowed and has at least one visible character."""
    return name(text) and any(map(invisible.is_visible, text))


def identifier(text: str) -> bool:
    """Return whether a text has the form of our identifiers."""
    return identifiers.well_formed(text)


def hex_digits(length: int, *, blank: bool = False) -> Rule:
    """Return a rule for texts of `length` hexadecimal digits; with `blank`, also for empty texts."""
    return lambda text: bool(_HEX.fullmatch(text)) and (len(text) == length or (blank and not text))


def one_of(values: Iterable[str]) -> Rule:
    """Return a rule that accepts only these texts."""
    known = frozenset(map(str, values))
    return lambda text: text in known


def address(text: str) -> bool:
    """Return whether a text is an email address as the forms store it."""
    try:
        return email_addresses.parse(text).typed == text
    except InvalidInput:
        return False


def picture(text: str) -> bool:
    """Return whether a text is an https URL as the forms store it."""
    try:
        return names.https_url(text, field="image") == text
    except InvalidInput:
        return False


def file_name(text: str) -> bool:
    """Return whether a text is a file name and not a path."""
    return plain(text) and not any(sign in text for sign in "/\\") and text.strip(".") != ""


def password_hash(text: str) -> bool:
    """Return whether a text is a password hash that can be verified at a reasonable cost."""
    match = _HASH.fullmatch(text)
    return match is not None and int(match[1]) <= _MOST_MEMORY and 1 <= int(match[2]) <= _MOST_PASSES


def same_address(row: Mapping[str, Any]) -> bool:
    """Return whether an address matches its comparison key, so that two rows can't be one person."""
    return bool(email_addresses.parse(row["email"]).key == row["email_key"])


def same_version(row: Mapping[str, Any]) -> bool:
    """Return whether a version matches its precedence."""
    try:
        return bool(semver.precedence(row["version"]) == row["precedence"])
    except ValueError:
        return False


def base64url(text: str) -> bool:
    """Return whether a text can be decoded, because one that can't would break later sign-ins."""
    try:
        return text.isascii() and bool(base64.b64decode(text + "=" * (-len(text) % 4), "-_", validate=True))
    except binascii.Error:
        return False


def positive(number: int) -> bool:
    """Return whether a number is greater than zero."""
    return number > 0


def action(text: str) -> bool:
    """Return whether a text has the form of an action, such as `member.invite`."""
    return bool(_ACTION.fullmatch(text))


def ended(written: dict[str, Any]) -> bool:
    """Return whether a receipt has the structure that displaying and redacting it need."""
    lists = (written.get(name) for name in ("keys", "invitations", "apps"))
    return (
        written.get("role") in {None, *map(str, Role)}
        and type(written.get("sessions")) is int
        and all(
            isinstance(one, list) and all(isinstance(text, str) and plain(text) for text in one)
            for one in lists
        )
    )


def same_name(row: Mapping[str, Any]) -> bool:
    """Return whether a name matches its comparison key, so that two apps can't look the same."""
    return bool(names.comparable(row["name"]) == row["name_key"])


def named_credential(row: Mapping[str, Any]) -> bool:
    """Return whether a key's name is one that the forms accept, or a session's one that fits in a header."""
    if row["kind"] == CredentialKind.SESSION:
        return max(row["name"], default="") <= "\xff"
    return name(row["name"])


def whole_factor(row: Mapping[str, Any]) -> bool:
    """Return whether a second factor has the values that its kind needs, and none of the other kind."""
    app, passkey = row["sealed"], row["handle"]
    if row["kind"] == FactorKind.TOTP:
        return bool(app) and passkey is None
    return bool(passkey) and bool(row["public_key"]) and app is None


def anything(_value: object) -> bool:
    """Return True for every value."""
    return True
