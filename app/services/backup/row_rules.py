"""Validate the rows of a backup as untrusted input, by the type and the name of each column.

Otherwise a row could name a file outside the bundles folder, a template of its choice, or an unknown role.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Table

from app.base import identifiers
from app.base.permissions import Role
from app.models import CredentialKind, FactorKind, InvitationState, JobOutcome
from app.models.audit_entry import Outcome
from app.models.ceremony import CeremonyPurpose
from app.models.user import search_text
from app.services.backup import value_rules
from app.services.backup.value_rules import Rule
from app.services.core.audit_chain import PORTAL
from app.services.keys import keys
from app.services.login import passwords
from app.services.members import receipts
from app.storage import blobs
from app.text import email_addresses, names, semver


class Refused(ValueError):
    """The portal would not have written this row. The text names the column."""


def check(table: Table, row: Mapping[str, Any]) -> None:
    """Check every value of a row. Raises `Refused` if one is not valid."""
    for name, value in row.items():
        if not is_valid(table.name, name, value):
            raise Refused(f"{name} is not valid")
    together = _TOGETHER.get(table.name)
    if together and not together(row):
        raise Refused("its values do not belong together")


def is_valid(table: str, column: str, value: Any) -> bool:
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
    return identifiers.well_formed if own_rule is None and is_identifier else own_rule


def _ended(written: dict[str, Any]) -> bool:
    """Return whether a receipt has the structure that displaying and redacting it need."""
    lists = (written.get(name) for name in ("keys", "invitations", "apps"))
    return (
        written.get("role") in {None, *map(str, Role)}
        and type(written.get("sessions")) is int
        and all(
            isinstance(one, list) and all(isinstance(text, str) and value_rules.plain(text) for text in one)
            for one in lists
        )
    )


def _same_person(row: Mapping[str, Any]) -> bool:
    """Return whether an account's address and the text by which it is found belong to its other values.

    Accounts of schemas before 0013 have no such text; the migration adds it.
    """
    found_by = search_text(row["name"], row["email"], row["email_key"])
    return _same_address(row) and row.get("search_text", found_by) == found_by


def _same_address(row: Mapping[str, Any]) -> bool:
    """Return whether an address matches its comparison key, so that two rows can't be one person."""
    return bool(email_addresses.parse(row["email"]).key == row["email_key"])


def _same_version(row: Mapping[str, Any]) -> bool:
    try:
        return bool(semver.precedence(row["version"]) == row["precedence"])
    except ValueError:
        return False


def _named_credential(row: Mapping[str, Any]) -> bool:
    """Return whether a key's name is one that the forms accept, or a session's one that fits in a header."""
    if row["kind"] == CredentialKind.SESSION:
        return max(row["name"], default="") <= "\xff"
    return value_rules.name(row["name"])


def _whole_factor(row: Mapping[str, Any]) -> bool:
    """Return whether a second factor has the values that its kind needs, and none of the other kind."""
    app, passkey = row["sealed"], row["handle"]
    if row["kind"] == FactorKind.TOTP:
        return bool(app) and passkey is None
    return bool(passkey) and bool(row["public_key"]) and app is None


_IDENTIFIERS = {"id", "created_by", "invited_by", "cut_off_by"}
_DIGEST = value_rules.matching("[0-9a-f]{64}")
_RULES: dict[str, Rule] = {
    "checksum": blobs.is_checksum,
    "digest": _DIGEST,
    "shared_digest": _DIGEST,
    "old_digest": _DIGEST,
    "new_digest": _DIGEST,
    "hash": value_rules.matching("([0-9a-f]{64})?"),
    "previous_hash": value_rules.matching("([0-9a-f]{64})?"),
    "seal": value_rules.matching("([0-9a-f]{64})?"),
    "commitment": _DIGEST,
    "amendment": _DIGEST,
    "salt": value_rules.matching("[0-9a-f]{32}"),
    "lockouts.key": _DIGEST,
    "refused_attempts.key": _DIGEST,
    "users.name": value_rules.name,
    "users.search_text": value_rules.anything,  # checked together with the name and the address
    "factors.name": value_rules.name,
    "credentials.name": value_rules.anything,  # checked together with the kind
    "organizations.name": value_rules.shown_name,
    "apps.name": value_rules.shown_name,
    "audit_chains.key": lambda text: text == PORTAL or identifiers.well_formed(text),
    "role": value_rules.one_of(Role),
    "credentials.kind": value_rules.one_of(CredentialKind),
    "factors.kind": value_rules.one_of(FactorKind),
    "ceremonies.purpose": value_rules.one_of(CeremonyPurpose),
    "invitations.state": value_rules.one_of(InvitationState),
    "audit_entries.outcome": value_rules.one_of(Outcome),
    "jobs.kind": value_rules.is_job,
    "jobs.outcome": value_rules.one_of(JobOutcome),
    "jobs.addressee": _DIGEST,
    "fingerprint": _DIGEST,
    "ceremonies.challenge": value_rules.base64url,
    "factors.handle": value_rules.base64url,
    "sealed": value_rules.base64url,
    "key_policies.max_days": lambda days: 1 <= days <= keys.LONGEST_DAYS,
    "receipts.number": value_rules.positive,
    "receipts.action": value_rules.one_of(receipts.Cause),
    "receipts.ended": _ended,
    "action": value_rules.matching(r"[a-z_]{1,40}(\.[a-z_]{1,40})?"),
    # Text from a refused request.
    "audit_entries.target": value_rules.anything,
    "refused_attempts.target": value_rules.anything,
    "refused_attempts.times": value_rules.positive,
    "jobs.failure": value_rules.anything,  # text from a library, with line breaks; only operators see it
    "email": value_rules.is_address,
    "email_key": value_rules.is_address,
    "management_email": value_rules.is_address,
    "logo": value_rules.is_https_url,
    "image_url": value_rules.is_https_url,
    "password_hash": passwords.is_affordable,
    "filename": value_rules.file_name,
    "request_id": value_rules.plain,
    "customer_id": value_rules.plain,
}
_TOGETHER: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "users": _same_person,
    "address_changes": _same_address,
    "apps": lambda row: names.comparable(row["name"]) == row["name_key"],
    "credentials": _named_credential,
    "bundles": _same_version,
    "factors": _whole_factor,
    "jobs": lambda row: value_rules.job_fits(row["kind"], row["details"]),
}
