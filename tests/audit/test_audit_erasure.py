"""Redacting a person: their address and name leave every log, and every log still verifies."""

import pytest
from sqlalchemy import text, update

from app.base.events import Event
from app.models import AuditEntry, User
from app.services.audit_log import redaction, verification
from app.services.audit_log.redaction import pseudonym
from app.services.core import audit


def redact(cast, person) -> int:
    with cast.portal.writing() as db:
        return redaction.redact(db.get_one(User, person.uid))


def verify(cast) -> None:
    with cast.portal.database.reading():
        verification.verify()


def log_text(cast) -> str:
    """Return the whole table of entries as lower-case text."""
    with cast.portal.database.reading() as db:
        return " ".join(str(row) for row in db.execute(text("SELECT * FROM audit_entries"))).lower()


def test_log_no_longer_names_the_person(cast):
    cast.portal.browser(cast.rita)
    cast.api("rita")
    cast.api("adam").post("/organization/", orgId=cast.org, management_email="Rita@CREW.test")
    cast.api("adam").delete("/organization/members/", orgId=cast.org, email=cast.rita.email)
    cast.api("adam").delete("/organization/members/", orgId=cast.org, email=cast.rita.email)
    assert "rita@crew.test" in log_text(cast)

    assert redact(cast, cast.rita) == 6

    assert "rita@crew.test" not in log_text(cast)
    assert "werkzeug" not in str(
        [entry.after for entry in cast.portal.audit() if entry.actor_id == cast.rita.uid]
    )
    verify(cast)


def test_entry_is_kept_with_a_pseudonym(cast):
    redact(cast, cast.ivy)

    (entry,) = cast.portal.audit("member.invited")
    assert entry.target == cast.ivy.uid
    assert entry.after == {"email": pseudonym(cast.ivy.uid), "role": "invite_write"}
    assert entry.salt is None
    assert len(entry.commitment) == 64


def test_each_log_records_the_redaction(cast):
    redact(cast, cast.ivy)

    entries = [(entry.organization_id, entry.target, entry.after) for entry in cast.portal.audit()][-2:]
    assert entries == [(cast.org, cast.ivy.uid, {"entries": 1}), (None, cast.ivy.uid, {"entries": 1})]


def test_entries_about_others_are_unchanged(cast):
    longer = cast.portal.person("Joivy", "joivy@crew.test")
    others = [entry for entry in cast.portal.audit() if cast.ivy.email not in str(entry.after).split("'")]
    redact(cast, cast.ivy)

    after = {entry.id: entry for entry in cast.portal.audit()}
    assert [after[entry.id] for entry in others] == others
    assert longer.email in log_text(cast)


def test_earlier_addresses_and_names_are_redacted_too(cast):
    with cast.portal.writing() as db:
        user = db.get_one(User, cast.rita.uid)
        audit.record(
            Event.EMAIL_CHANGED,
            None,
            user.id,
            before={"email": "rita@old.test"},
            after={"email": user.email},
        )
        audit.record(
            Event.ACCOUNT_UPDATED,
            None,
            user.id,
            before={"name": "Rita Old", "image_url": None},
            after={"name": "Rita", "image_url": "https://rita.test/me.png"},
        )
        audit.record(
            Event.FACTORS_RESET,
            None,
            cast.org,
            organization_id=cast.org,
            before={"email": "other@crew.test", "factors": ["App of rita@old.test"]},
        )
    redact(cast, cast.rita)

    left = log_text(cast)
    assert not any(word in left for word in ("rita@old.test", "rita old", "https://rita.test"))
    alias = pseudonym(cast.rita.uid)
    moved, updated = cast.portal.audit("address.changed", "account.updated")
    assert moved.before == moved.after == {"email": alias}
    assert updated.before == {"name": alias, "image_url": None}
    verify(cast)


def test_redacting_twice_changes_nothing_more(cast):
    redact(cast, cast.ivy)

    assert redact(cast, cast.ivy) == 0


def test_redacted_entry_cannot_be_rewritten_undetected(cast):
    redact(cast, cast.ivy)
    with cast.portal.writing() as db:
        db.execute(text("UPDATE audit_entries SET after = '{}' WHERE action = 'member.invited'"))

    with pytest.raises(verification.Broken, match="edited"):
        verify(cast)


def test_redaction_does_not_hide_an_earlier_edit(cast):
    with cast.portal.writing() as db:
        db.execute(
            update(AuditEntry)
            .where(AuditEntry.action == "member.invited")
            .values(after={"x": cast.ivy.email})
        )
    redact(cast, cast.ivy)

    assert cast.ivy.email not in log_text(cast)
    with pytest.raises(verification.Broken, match="edited"):
        verify(cast)
