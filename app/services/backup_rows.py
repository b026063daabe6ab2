"""Rows of a backup, judged like input of a stranger: sizes and types by column, meanings by name.

A row that is refused here could name a file outside the folder of bundles, a template of its own, or a role
that the table of rights does not have.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, LargeBinary, String, Table

from app import files, texts
from app.models import CredentialKind, FactorKind, InvitationState, JobOutcome
from app.models.audit_entry import Outcome
from app.models.ceremony import CeremonyPurpose
from app.permissions import Role
from app.services import backup_jobs, backup_values, keys, receipts
from app.services.audit_chain import PORTAL
from app.services.backup_values import Rule

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
    judge = rule(table, column)
    if judge is not None:
        return judge(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value >= 0
    return not isinstance(value, str) or backup_values.plain(value)


def rule(table: str, column: str) -> Rule | None:
    """Return what judges a column's values beyond their type."""
    found = _RULES.get(f"{table}.{column}") or _RULES.get(column)
    named = column.endswith("_id") or column in _IDENTIFIERS
    return backup_values.identifier if found is None and named else found


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
    "digest": backup_values.hex_digits(64),
    "shared_digest": backup_values.hex_digits(64),
    "old_digest": backup_values.hex_digits(64),
    "new_digest": backup_values.hex_digits(64),
    "hash": backup_values.hex_digits(64, blank=True),
    "previous_hash": backup_values.hex_digits(64, blank=True),
    "seal": backup_values.hex_digits(64, blank=True),
    "commitment": backup_values.hex_digits(64),
    "amendment": backup_values.hex_digits(64),
    "salt": backup_values.hex_digits(32),
    "lockouts.key": backup_values.hex_digits(64),
    "refused_attempts.key": backup_values.hex_digits(64),
    "users.name": backup_values.name,
    "factors.name": backup_values.name,
    "credentials.name": backup_values.anything,  # judged with the kind
    "organizations.name": backup_values.shown_name,
    "apps.name": backup_values.shown_name,
    "audit_chains.key": lambda text: text == PORTAL or backup_values.identifier(text),
    "role": backup_values.one_of(Role),
    "credentials.kind": backup_values.one_of(CredentialKind),
    "factors.kind": backup_values.one_of(FactorKind),
    "ceremonies.purpose": backup_values.one_of(CeremonyPurpose),
    "invitations.state": backup_values.one_of(InvitationState),
    "audit_entries.outcome": backup_values.one_of(Outcome),
    "jobs.kind": backup_jobs.known,
    "jobs.outcome": backup_values.one_of(JobOutcome),
    "jobs.addressee": backup_values.hex_digits(64),
    "fingerprint": backup_values.hex_digits(64),
    "ceremonies.challenge": backup_values.base64url,
    "factors.handle": backup_values.base64url,
    "sealed": backup_values.base64url,
    "key_policies.max_days": lambda days: 1 <= days <= keys.LONGEST_DAYS,
    "receipts.number": backup_values.positive,
    "receipts.deed": backup_values.one_of(receipts.Cause),
    "receipts.ended": backup_values.ended,
    "action": backup_values.action,
    # What somebody asked for, and did not get.
    "audit_entries.target": backup_values.anything,
    "refused_attempts.target": backup_values.anything,
    "refused_attempts.times": backup_values.positive,
    "jobs.failure": backup_values.anything,  # a library's words, line breaks included; for the operator only
    "email": backup_values.address,
    "email_key": backup_values.address,
    "management_email": backup_values.address,
    "logo": backup_values.picture,
    "image_url": backup_values.picture,
    "password_hash": backup_values.password_hash,
    "filename": backup_values.file_name,
    "request_id": backup_values.plain,
    "customer_id": backup_values.plain,
}
_TOGETHER: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "users": backup_values.same_address,
    "address_changes": backup_values.same_address,
    "apps": backup_values.same_name,
    "credentials": backup_values.named_credential,
    "bundles": backup_values.same_version,
    "factors": backup_values.whole_factor,
    "jobs": lambda row: backup_jobs.details_fit(row["kind"], row["details"]),
}
