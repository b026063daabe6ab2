"""Validate the details of jobs in a backup, because a restored job acts with the portal's own rights."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.base import identifiers
from app.base.errors import InvalidInput
from app.services.accounts import password_reset
from app.services.apps import bundle_files
from app.services.audit_log import refused_attempts
from app.services.job_handlers import WORKERS
from app.services.login import lockout_reports
from app.services.mail import messages, outbox
from app.services.organizations import two_factor_policy
from app.storage import blobs
from app.text import email_addresses, links

_LONGEST_TEXT = 4096
_MOST_VALUES = 1000
_DEEPEST = 4

Check = Callable[[dict[str, Any]], bool]


def known(kind: str) -> bool:
    """Return whether there is a handler for a kind of job."""
    return kind in WORKERS


def details_fit(kind: str, details: dict[str, Any]) -> bool:
    """Return whether details are what the handler of this kind expects. A finished job has none."""
    if not details:
        return True
    check = _CHECKS.get(kind)
    return harmless(details) and (check is None or check(details))


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


def _files(details: dict[str, Any]) -> bool:
    checksums = details.get("checksums")
    return isinstance(checksums, list) and all(
        isinstance(one, str) and blobs.is_checksum(one) for one in checksums
    )


def _mail(details: dict[str, Any]) -> bool:
    link, facts = details.get("link"), details.get("facts")
    return (
        messages.is_template(details.get("template"))
        and _is_address(details.get("to"))
        and isinstance(facts, dict)
        and all(isinstance(fact, str) for fact in facts.values())
        and (not facts.get("reply_to") or _is_address(facts["reply_to"]))
        and (link is None or _is_link(link))
        and type(details.get("uncertain", 0)) is int
    )


def _is_link(link: object) -> bool:
    purposes = {purpose.value for purpose in links.Purpose}
    return (
        isinstance(link, list)
        and [type(part) for part in link] == [str, str]
        and link[0] in purposes
        and identifiers.well_formed(link[1])
    )


def _is_address(text: object) -> bool:
    try:
        return isinstance(text, str) and email_addresses.parse(text).typed == text
    except InvalidInput:
        return False


def _reset(details: dict[str, Any]) -> bool:
    return _is_address(details.get("email"))


def _lockout(details: dict[str, Any]) -> bool:
    email = details.get("email")
    return all(isinstance(details.get(name), str) for name in ("kind", "key")) and (
        email is None or _is_address(email)
    )


def _reminder(details: dict[str, Any]) -> bool:
    try:
        datetime.fromisoformat(details["deadline"])
        return identifiers.well_formed(details["organization_id"])
    except (KeyError, TypeError, ValueError):
        return False


def _refused_attempt(details: dict[str, Any]) -> bool:
    return all(isinstance(details.get(name), str) for name in ("key", "first_at"))


_CHECKS: dict[str, Check] = {
    bundle_files.KIND: _files,
    outbox.KIND: _mail,
    password_reset.KIND: _reset,
    lockout_reports.KIND: _lockout,
    refused_attempts.KIND: _refused_attempt,
    two_factor_policy.KIND: _reminder,
}
