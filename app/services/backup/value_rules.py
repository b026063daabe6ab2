"""Rules for the values in a backup's rows, and for jobs, which act with the portal's own rights."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from app.base import identifiers
from app.base.errors import InvalidInput
from app.services.accounts import password_reset
from app.services.apps import bundle_files
from app.services.audit_log import refused_attempts
from app.services.job_handlers import HANDLERS
from app.services.login import lockout_reports
from app.services.mail import messages, outbox
from app.services.organizations import two_factor_policy
from app.storage import blobs
from app.text import email_addresses, invisible, links, names

Rule = Callable[[Any], bool]

_LONGEST_TEXT = 4096
_MOST_VALUES = 1000
_DEEPEST = 4
_PURPOSES = {purpose.value for purpose in links.Purpose}


def plain(text: str) -> bool:
    """Return whether a text has no line breaks and no other control characters."""
    return not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)


def name(text: str) -> bool:
    """Return whether a name has no characters that the forms refuse. It may be empty, as for accounts."""
    return not invisible.DIRECTION.search(text) and not any(map(invisible.is_deceptive, text))


def shown_name(text: str) -> bool:
    """Return whether a name is allowed and has at least one visible character."""
    return name(text) and any(map(invisible.is_visible, text))


def matching(pattern: str) -> Rule:
    """Return a rule for texts of a pattern as a whole."""
    shape = re.compile(pattern, re.ASCII)
    return lambda text: shape.fullmatch(text) is not None


def one_of(values: Iterable[str]) -> Rule:
    """Return a rule that accepts only these texts."""
    return frozenset(map(str, values)).__contains__


def positive(number: int) -> bool:
    """Return whether a number is greater than zero."""
    return number > 0


def anything(_value: object) -> bool:
    """Return True for every value."""
    return True


def file_name(text: str) -> bool:
    """Return whether a text is a file name and not a path."""
    return plain(text) and not any(sign in text for sign in "/\\") and text.strip(".") != ""


def base64url(text: str) -> bool:
    """Return whether a text can be decoded, because one that can't would break later sign-ins."""
    try:
        return text.isascii() and bool(base64.b64decode(text + "=" * (-len(text) % 4), "-_", validate=True))
    except binascii.Error:
        return False


def is_address(text: object) -> bool:
    """Return whether a value is an email address as the forms store it."""
    try:
        return isinstance(text, str) and email_addresses.parse(text).typed == text
    except InvalidInput:
        return False


def is_https_url(text: str) -> bool:
    """Return whether a text is an https URL as the forms store it."""
    try:
        return names.https_url(text, field="image") == text
    except InvalidInput:
        return False


def is_job(kind: str) -> bool:
    """Return whether there is a handler for a kind of job."""
    return kind in HANDLERS


def job_fits(kind: str, details: dict[str, Any]) -> bool:
    """Return whether details are what the handler of this kind expects. A finished job has none."""
    if not details:
        return True
    given = {"uncertain": 0, **details}
    return harmless(details) and all(fits(given.get(name)) for name, fits in _JOBS.get(kind, {}).items())


def harmless(value: object, depth: int = 0) -> bool:
    """Return whether a value consists of a limited number of short, printable texts and numbers."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_TEXT and not any(unicodedata.category(sign) == "Cc" for sign in value)
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return (
            depth < _DEEPEST and len(value) <= _MOST_VALUES and all(harmless(one, depth + 1) for one in value)
        )
    return value is None or isinstance(value, bool | int | float)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_identifier(value: object) -> bool:
    return isinstance(value, str) and identifiers.well_formed(value)


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _are_checksums(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and blobs.is_checksum(one) for one in value)


def _are_facts(value: object) -> bool:
    if not isinstance(value, dict) or not all(map(_is_text, value.values())):
        return False
    return not value.get("reply_to") or is_address(value["reply_to"])


def _is_link(value: object) -> bool:
    return (
        isinstance(value, list)
        and [type(part) for part in value] == [str, str]
        and value[0] in _PURPOSES
        and identifiers.well_formed(value[1])
    )


def _or_none(rule: Rule) -> Rule:
    return lambda value: value is None or rule(value)


# What the details of each kind of job must have. Other kinds have only to be harmless.
_JOBS: dict[str, dict[str, Rule]] = {
    bundle_files.KIND: {"checksums": _are_checksums},
    outbox.KIND: {
        "template": messages.is_template,
        "to": is_address,
        "facts": _are_facts,
        "link": _or_none(_is_link),
        "uncertain": lambda value: type(value) is int,
    },
    password_reset.KIND: {"email": is_address},
    lockout_reports.KIND: {"kind": _is_text, "key": _is_text, "email": _or_none(is_address)},
    refused_attempts.KIND: {"key": _is_text, "first_at": _is_text},
    two_factor_policy.KIND: {"deadline": _is_moment, "organization_id": _is_identifier},
}
