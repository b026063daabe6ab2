"""Every column that refers to a person is listed here with what removing that member does to it."""

from app.models import Base

# Column that refers to a person → what ends when they leave an organization, or why it is kept.
KNOWN = {
    "address_changes.user_id": "kept: about the account, not the membership",
    "apps.created_by": "kept: history, not a right; the apps are the organization's",
    "audit_entries.actor_id": "kept: part of the record",
    "bundles.created_by": "kept: history, not a right",
    "ceremonies.user_id": "kept: about the account, gone in minutes",
    "credential_uses.cut_off_by": "kept: a blocked key stays blocked",
    "credentials.user_id": "keys limited to the organization are revoked",
    "factors.user_id": "kept: about the account, not the membership",
    "invitations.invited_by": "pending invitations they sent are cancelled",
    "invitations.user_id": "their own pending invitation is closed",
    "memberships.user_id": "ends",
    "organizations.created_by": "kept: history, not a right",
    "recovery_codes.user_id": "kept: about the account, not the membership",
    "receipts.by_id": "kept: part of the record",
    "receipts.person_id": "kept: part of the record",
    "refused_attempts.actor_id": "kept: becomes part of the record within ten minutes",
}
_NAMES = ("user_id", "actor_id", "owner_id", "person_id", "by_id", "_by")


def refers_to_a_person(column) -> bool:
    targets = {key.column.table.name for key in column.foreign_keys}
    return "users" in targets or column.name.endswith(_NAMES)


def test_every_column_that_refers_to_a_person_is_listed():
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if refers_to_a_person(column)
    }

    assert found == set(KNOWN)


def test_removed_member_keeps_no_key_membership_or_pending_invitation(cast):
    cast.portal.key(cast.adam, organization=cast.org)
    cast.api("adam").post("/organization/members/", orgId=cast.org, email=cast.charlie.email, role="read")

    cast.api("alice").delete("/organization/members/", orgId=cast.org, email=cast.adam.email)

    with cast.portal.database.reading() as db:
        tables = {table.name: table for table in Base.metadata.sorted_tables}
        rows = {name: db.execute(tables[name].select()).mappings().all() for name in tables}
    keys = [row for row in rows["credentials"] if row["organization_id"] == cast.org]
    assert [row["revoked_at"] is not None for row in keys] == [True]
    assert [row for row in rows["memberships"] if row["user_id"] == cast.adam.uid] == []
    sent = [row["state"] for row in rows["invitations"] if row["invited_by"] == cast.adam.uid]
    assert sent == ["cancelled"]
