"""Rows of rarely filled tables, written by the portal itself and then changed by an attacker.

A row that would only break a page is refused too: an unreadable receipt would block an erasure.
"""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, String

from app.base.permissions import Role
from app.models import Base
from app.services.backup import row_rules
from tests.support.backups import parse_rows, read_parts, rewrite, serialize_rows
from tests.support.commands import CommandLine
from tests.support.hostile_rows import NEWLINE, PATH_TRAVERSAL, UNKNOWN_USER
from tests.support.portal import PASSWORD, Person, Portal
from tests.support.refused_backups import refusal
from tests.support.second_factors import SoftPasskey, add_passkey, begin_passkey, set_up_app

NOT_BASE64 = "a*b"
RECEIPT = {"role": "read", "sessions": 0, "keys": [], "invitations": [], "apps": []}
# A table, and the changes to its last row.
ROWS: list[tuple[str, dict[str, Any]]] = [
    ("lockouts", {"key": PATH_TRAVERSAL}),
    ("lockouts", {"forgiven_at": None}),
    ("lockouts", {"locked_until": "soon"}),
    ("address_changes", {"email": NEWLINE}),
    ("address_changes", {"email_key": "someone@else.test"}),
    ("address_changes", {"old_digest": PATH_TRAVERSAL}),
    ("address_changes", {"user_id": UNKNOWN_USER}),
    ("ceremonies", {"purpose": "admin"}),
    ("ceremonies", {"challenge": NOT_BASE64}),
    ("ceremonies", {"challenge": ""}),
    ("factors", {"kind": "sms"}),
    ("factors", {"kind": "totp"}),
    ("factors", {"name": NEWLINE}),
    ("factors", {"name": "Laptop\u202e"}),
    ("factors", {"handle": NOT_BASE64}),
    ("factors", {"handle": None}),
    ("factors", {"public_key": None}),
    ("factors", {"public_key": NOT_BASE64}),
    ("factors", {"sealed": "Z0FBQUFBQg=="}),
    ("factors", {"sign_count": -1}),
    ("key_policies", {"max_days": 0}),
    ("key_policies", {"max_days": 100_000}),
    ("key_policies", {"expiry_required": None}),
    ("receipts", {"number": 0}),
    ("receipts", {"action": "was promoted"}),
    ("receipts", {"person": NEWLINE}),
    ("receipts", {"ended": {}}),
    ("receipts", {"ended": {**RECEIPT, "role": "owner"}}),
    ("receipts", {"ended": {**RECEIPT, "invitations": 7}}),
    ("receipts", {"ended": {**RECEIPT, "keys": [{}]}}),
    ("receipts", {"ended": {**RECEIPT, "apps": [NEWLINE]}}),
    ("recovery_codes", {"digest": "0"}),
    ("recovery_codes", {"user_id": UNKNOWN_USER}),
    ("refused_attempts", {"key": "x"}),
    ("refused_attempts", {"times": 0}),
    ("refused_attempts", {"action": NEWLINE}),
    ("refused_attempts", {"action": "../keys"}),
    ("refused_attempts", {"request_id": NEWLINE}),
    ("credential_uses", {"credential_id": UNKNOWN_USER}),
    ("credential_uses", {"cut_off_by": PATH_TRAVERSAL}),
    ("old_secrets", {"digest": PATH_TRAVERSAL}),
    ("old_secrets", {"prefix": NEWLINE}),
    ("apps", {"name_key": "zzz"}),
]
# Checked by type and length, and for control characters. Pages escape them.
ANY_TEXT = {
    "bundles.precedence",  # checked with the version
    "bundles.version",  # checked with its precedence
    "apps.name_key",  # checked with the name
    "credentials.prefix",
    "factors.host",
    "invitations.undelivered",
    "jobs.topic",
    "old_secrets.prefix",
    "receipts.by",  # an address, or the pseudonym of an erased account
    "receipts.person",
    "refused_attempts.error",
}
# JSON and bytes: checked elsewhere, or not interpreted.
OPAQUE = {"audit_entries.before", "audit_entries.after", "jobs.details", "factors.public_key"}


@pytest.fixture(scope="module")
def full_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup with a row in every table, written by the portal itself."""
    folder = tmp_path_factory.mktemp("full")
    crewroom = CommandLine(folder / "instance")
    crewroom.variables["CREWROOM_BASE_URL"] = "http://localhost"
    alice, rita = crewroom.person("alice@crew.test"), crewroom.person("rita@crew.test")
    portal = crewroom.portal()
    use_everything(portal, portal.organization(alice), alice, rita)
    portal.close()
    crewroom.done("backup", str(folder / "backup.tar"))
    return folder / "backup.tar"


def use_everything(portal: Portal, org: str, alice: Person, rita: Person) -> None:
    """Fill every table: refusals, a removal, a new address, keys, second factors, wrong passwords."""
    owner, reader, program = portal.browser(alice), portal.browser(rita), portal.api(portal.key(alice))
    program.post("/app/", orgId=org, name="Atlas").close()  # closing the answer records the use of the key
    portal.join(org, rita, Role.READ)
    reader.json("POST", "/organization/members/", json={"orgId": org, "email": "x@crew.test", "role": "read"})
    program.delete("/organization/members/", orgId=org, email=rita.email)
    body = {"name": "ci", "role": "read", "password": PASSWORD, "expires_in_days": 30}
    key = owner.json("POST", "/apikey/", json=body).get_json()["data"]["id"]
    owner.json("PUT", "/apikey/", json={"id": key, "regenerate": True, "password": PASSWORD})
    reader.submit("/account/email/", email="new@crew.test", password=PASSWORD)
    portal.browser().json("POST", "/login/", json={"email": "rita@crew.test", "password": "wrong"})
    set_up_app(owner)
    add_passkey(owner, SoftPasskey())
    begin_passkey(owner)
    owner.json("POST", "/organization/keys/policy/", json={"orgId": org, "max_days": 90})


def rows_of(archive: Path, table: str) -> list[dict[str, Any]]:
    return parse_rows(read_parts(archive)[f"database/{table}.jsonl"])


def changed_row(table: str, columns: dict[str, Any]) -> Any:
    """Change the last row of a table. In factors, that is the passkey."""

    def change(parts: dict[str, bytes], _: Any) -> None:
        name = f"database/{table}.jsonl"
        rows = parse_rows(parts[name])
        parts[name] = serialize_rows([*rows[:-1], {**rows[-1], **columns}])

    return change


def check_rows(archive: Path, untouched: CommandLine, subtests: Any, rows: Any) -> None:
    for table, columns in rows:
        with subtests.test(table=table, columns=repr(columns)[:80]):
            line = refusal(untouched, rewrite(archive, changed_row(table, columns)))

            assert f"{table}, row " in line


@pytest.mark.long
def test_backup_with_rows_in_every_table_is_restored(full_backup, tmp_path):
    """The counterpart of the refusals: each table of the hostile rows has rows of the portal itself."""
    assert [table for table in {table for table, _ in ROWS} if not rows_of(full_backup, table)] == []

    fresh = CommandLine(tmp_path / "fresh")
    assert "Restored: " in fresh.done("restore", str(full_backup))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_all_hostile_rows_of_rare_tables_are_refused_and_named(full_backup, untouched, subtests):
    check_rows(full_backup, untouched, subtests, ROWS)


def test_every_text_column_has_a_rule_or_is_listed_as_needing_none():
    """A new text column fails here until it has a rule. Times, booleans and numbers are checked by type."""
    without_rule = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON | LargeBinary)
        and row_rules.rule(table.name, column.name) is None
    }

    assert without_rule == ANY_TEXT | OPAQUE
