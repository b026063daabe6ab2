"""Rows of a backup, judged like input of a stranger: sizes and types by column, meanings by name.

A row that is refused here could name a file outside the folder of bundles, a template of its own, or a role
that the table of rights does not have.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, LargeBinary, String, Table

from app import addresses, files, identifiers, invisible, texts, versions
from app.errors import InvalidInput
from app.models import CredentialKind, FactorKind, InvitationState, JobOutcome
from app.models.audit_entry import Outcome
from app.models.ceremony import CeremonyPurpose
from app.permissions import Role
from app.services import backup_jobs
from app.services.audit_chain import PORTAL

Rule = Callable[[Any], bool]

_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
# Parameters that a hash may ask for, so that comparing a password cannot take all memory: 1 GiB, 16 passes.
_HASH = re.compile(r"\$argon2(?:id|i)\$v=\d+\$m=(\d{1,7}),t=(\d{1,2}),p=\d{1,2}\$[\w+/=$-]{1,200}", re.ASCII)
_MOST_MEMORY, _MOST_PASSES = 1024 * 1024, 16
_LONGEST_BINARY = 64 * 1024


class Refused(ValueError):
    """A row is not what the portal would have written; the text names the column."""


def check(table: Table, row: Mapping[str, Any]) -> None:
    """Check every value of a row; raise `Refused`."""
    for name, column in table.columns.items():
        if not _fits(column, row[name]) or not means(table.name, name, row[name]):
            raise Refused(f"{name} is not valid")
    together = _TOGETHER.get(table.name)
    if together and not together(row):
        raise Refused("its values do not belong together")


def _fits(column: Column[Any], value: Any) -> bool:
    """Tell whether a value has the type and size of its column."""
    if value is None:
        return bool(column.nullable) and not column.primary_key
    fits = next((fits for kind, fits in _TYPES.items() if isinstance(column.type, kind)), None)
    return fits is not None and fits(column.type, value)


def _is_number(kind: Any, value: Any) -> bool:
    bits = 63 if "BIG" in str(kind).upper() else 31
    return type(value) is int and -(2**bits) <= value < 2**bits


def _is_text(kind: Any, value: Any) -> bool:
    return isinstance(value, str) and len(value) <= (kind.length or texts.URL_LENGTH) and "\0" not in value


def means(table: str, column: str, value: Any) -> bool:
    """Tell whether a value of a column means something that the portal knows."""
    if value is None:
        return True
    rule = _RULES.get(f"{table}.{column}") or _RULES.get(column)
    if rule is None and (column.endswith("_id") or column in _IDENTIFIERS):
        rule = _identifier
    if rule is not None:
        return rule(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value >= 0
    return not isinstance(value, str) or _plain(value)


def _plain(text: str) -> bool:
    """Tell whether a text has no line breaks and no other control characters."""
    return not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)


def _name(text: str) -> bool:
    """Tell whether a name has no signs that the forms refuse; accounts may have none at all."""
    return not invisible.DIRECTION.search(text) and not any(map(invisible.deceives, text))


def _shown_name(text: str) -> bool:
    return _name(text) and any(map(invisible.visible, text))


def _identifier(text: str) -> bool:
    return identifiers.well_formed(text)


def _hex(length: int, *, blank: bool = False) -> Rule:
    return lambda text: bool(_HEX.fullmatch(text)) and (len(text) == length or (blank and not text))


def _one_of(values: Any) -> Rule:
    known = frozenset(map(str, values))
    return lambda text: text in known


def _address(text: str) -> bool:
    try:
        return addresses.parse(text).typed == text
    except InvalidInput:
        return False


def _picture(text: str) -> bool:
    try:
        return texts.https_url(text, field="image") == text
    except InvalidInput:
        return False


def _file_name(text: str) -> bool:
    return _plain(text) and not any(sign in text for sign in "/\\") and text.strip(".") != ""


def _password_hash(text: str) -> bool:
    found = _HASH.fullmatch(text)
    return found is not None and int(found[1]) <= _MOST_MEMORY and 1 <= int(found[2]) <= _MOST_PASSES


def _same_address(row: Mapping[str, Any]) -> bool:
    """Tell whether an address is compared by its own key: two rows cannot be one person."""
    return bool(addresses.parse(row["email"]).key == row["email_key"])


def _same_version(row: Mapping[str, Any]) -> bool:
    try:
        return bool(versions.precedence(row["version"]) == row["precedence"])
    except ValueError:
        return False


def _anything(_value: Any) -> bool:
    return True


_TYPES: dict[type, Callable[[Any, Any], bool]] = {
    Boolean: lambda _, value: isinstance(value, bool),
    Integer: _is_number,
    String: _is_text,
    JSON: lambda _, value: isinstance(value, dict),
    LargeBinary: lambda _, value: isinstance(value, bytes) and len(value) <= _LONGEST_BINARY,
    DateTime: lambda _, value: isinstance(value, datetime),
}
_IDENTIFIERS = {"id", "created_by", "invited_by", "cut_off_by"}
_RULES: dict[str, Rule] = {
    "checksum": files.is_checksum,
    "digest": _hex(64),
    "shared_digest": _hex(64),
    "old_digest": _hex(64),
    "new_digest": _hex(64),
    "hash": _hex(64, blank=True),
    "previous_hash": _hex(64, blank=True),
    "seal": _hex(64, blank=True),
    "commitment": _hex(64),
    "amendment": _hex(64),
    "salt": _hex(32),
    "lockouts.key": _hex(64),
    "refused_attempts.key": _hex(64),
    "users.name": _name,
    "credentials.name": _name,
    "organizations.name": _shown_name,
    "apps.name": _shown_name,
    "audit_chains.key": lambda text: text == PORTAL or _identifier(text),
    "role": _one_of(Role),
    "credentials.kind": _one_of(CredentialKind),
    "factors.kind": _one_of(FactorKind),
    "ceremonies.purpose": _one_of(CeremonyPurpose),
    "invitations.state": _one_of(InvitationState),
    "audit_entries.outcome": _one_of(Outcome),
    "jobs.kind": backup_jobs.known,
    "jobs.outcome": _one_of(JobOutcome),
    "jobs.addressee": _hex(64),
    "fingerprint": _hex(64),
    "jobs.failure": _anything,  # what a library said, line breaks included; shown to the operator only
    "email": _address,
    "email_key": _address,
    "management_email": _address,
    "logo": _picture,
    "image_url": _picture,
    "password_hash": _password_hash,
    "filename": _file_name,
    "request_id": _plain,
    "customer_id": _plain,
}
_TOGETHER: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "users": _same_address,
    "address_changes": _same_address,
    "bundles": _same_version,
    "jobs": lambda row: backup_jobs.details_fit(row["kind"], row["details"]),
}
