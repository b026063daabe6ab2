"""Validate the rows of a backup as untrusted input, by the type and the name of each column.

Otherwise a row could name a file outside the bundles folder, a template of its choice, or an unknown role.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, LargeBinary, String, Table

from app.base.permissions import Role
from app.models import CredentialKind, FactorKind, InvitationState, JobOutcome
from app.models.audit_entry import Outcome
from app.models.ceremony import CeremonyPurpose
from app.services.backup import job_rules, value_rules
from app.services.backup.value_rules import Rule
from app.services.core.audit_chain import PORTAL
from app.services.keys import keys
from app.services.members import receipts
from app.storage import blobs
from app.text import names

_LONGEST_BINARY = 64 * 1024


class Refused(ValueError):
    """The portal would not have written this row. The text names the column."""


def check(table: Table, row: Mapping[str, Any]) -> None:
    """Check every value of a row. Raises `Refused` if one is not valid."""
    for name, column in table.columns.items():
        if not _fits(column, row[name]) or not means(table.name, name, row[name]):
            raise Refused(f"{name} is not valid")
    together = _TOGETHER.get(table.name)
    if together and not together(row):
        raise Refused("its values do not belong together")


def _fits(column: Column[Any], value: Any) -> bool:
    """Return whether a value has the type and size of its column."""
    if value is None:
        return bool(column.nullable) and not column.primary_key
    fits = next((fits for kind, fits in _TYPES.items() if isinstance(column.type, kind)), None)
    return fits is not None and fits(column.type, value)


def _is_number(kind: Any, value: Any) -> bool:
    bits = 63 if "BIG" in str(kind).upper() else 31
    return type(value) is int and -(2**bits) <= value < 2**bits


def _is_text(kind: Any, value: Any) -> bool:
    return isinstance(value, str) and len(value) <= (kind.length or names.URL_LENGTH) and "\0" not in value


def means(table: str, column: str, value: Any) -> bool:
    """Return whether a column's value is one that the portal could have written."""
    if value is None:
        return True
    check_value = rule(table, column)
    if check_value is not None:
        return check_value(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value >= 0
    return not isinstance(value, str) or value_rules.plain(value)


def rule(table: str, column: str) -> Rule | None:
    """Return the rule for a column's values beyond their type, or None."""
    own_rule = _RULES.get(f"{table}.{column}") or _RULES.get(column)
    is_identifier = column.endswith("_id") or column in _IDENTIFIERS
    return value_rules.identifier if own_rule is None and is_identifier else own_rule


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
    "checksum": blobs.is_checksum,
    "digest": value_rules.hex_digits(64),
    "shared_digest": value_rules.hex_digits(64),
    "old_digest": value_rules.hex_digits(64),
    "new_digest": value_rules.hex_digits(64),
    "hash": value_rules.hex_digits(64, blank=True),
    "previous_hash": value_rules.hex_digits(64, blank=True),
    "seal": value_rules.hex_digits(64, blank=True),
    "commitment": value_rules.hex_digits(64),
    "amendment": value_rules.hex_digits(64),
    "salt": value_rules.hex_digits(32),
    "lockouts.key": value_rules.hex_digits(64),
    "refused_attempts.key": value_rules.hex_digits(64),
    "users.name": value_rules.name,
    "factors.name": value_rules.name,
    "credentials.name": value_rules.anything,  # checked together with the kind
    "organizations.name": value_rules.shown_name,
    "apps.name": value_rules.shown_name,
    "audit_chains.key": lambda text: text == PORTAL or value_rules.identifier(text),
    "role": value_rules.one_of(Role),
    "credentials.kind": value_rules.one_of(CredentialKind),
    "factors.kind": value_rules.one_of(FactorKind),
    "ceremonies.purpose": value_rules.one_of(CeremonyPurpose),
    "invitations.state": value_rules.one_of(InvitationState),
    "audit_entries.outcome": value_rules.one_of(Outcome),
    "jobs.kind": job_rules.known,
    "jobs.outcome": value_rules.one_of(JobOutcome),
    "jobs.addressee": value_rules.hex_digits(64),
    "fingerprint": value_rules.hex_digits(64),
    "ceremonies.challenge": value_rules.base64url,
    "factors.handle": value_rules.base64url,
    "sealed": value_rules.base64url,
    "key_policies.max_days": lambda days: 1 <= days <= keys.LONGEST_DAYS,
    "receipts.number": value_rules.positive,
    "receipts.action": value_rules.one_of(receipts.Cause),
    "receipts.ended": value_rules.ended,
    "action": value_rules.action,
    # Text from a refused request.
    "audit_entries.target": value_rules.anything,
    "refused_attempts.target": value_rules.anything,
    "refused_attempts.times": value_rules.positive,
    "jobs.failure": value_rules.anything,  # text from a library, with line breaks; only operators see it
    "email": value_rules.address,
    "email_key": value_rules.address,
    "management_email": value_rules.address,
    "logo": value_rules.picture,
    "image_url": value_rules.picture,
    "password_hash": value_rules.password_hash,
    "filename": value_rules.file_name,
    "request_id": value_rules.plain,
    "customer_id": value_rules.plain,
}
_TOGETHER: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "users": value_rules.same_address,
    "address_changes": value_rules.same_address,
    "apps": value_rules.same_name,
    "credentials": value_rules.named_credential,
    "bundles": value_rules.same_version,
    "factors": value_rules.whole_factor,
    "jobs": lambda row: job_rules.details_fit(row["kind"], row["details"]),
}
