"""Forgetting a person: their address and name leave every log, and every log stays whole."""

import pytest
from sqlalchemy import text, update

from app.base.events import Event
from app.models import AuditEntry, User
from app.services.audit_log import redaction, verification
from app.services.audit_log.redaction import pseudonym
from app.services.core import audit


def forget(cast, person) -> int:
    with cast.portal.writing() as db:
        return redaction.redact(db.get_one(User, person.uid))


def verify(cast) -> None:
    with cast.portal.database.reading():
        verification.verify()


def written(cast) -> str:
    """All that the log's table holds, as text."""
    with cast.portal.database.reading() as db:
        return " ".join(str(row) for row in db.execute(text("SELECT * FROM audit_entries"))).lower()


def test_nothing_in_the_log_names_the_person_any_more(cast):
    cast.portal.browser(cast.rita)
    cast.api("rita")
    cast.api("adam").post("/organization/", orgId=cast.org, management_email="Rita@CREW.test")
    cast.api("adam").delete("/organization/members/", orgId=cast.org, email=cast.rita.email)
    cast.api("adam").delete("/organization/members/", orgId=cast.org, email=cast.rita.email)
    assert "rita@crew.test" in written(cast)

    assert forget(cast, cast.rita) == 6

    assert "rita@crew.test" not in written(cast)
    assert "werkzeug" not in str(
        [entry.after for entry in cast.portal.audit() if entry.actor_id == cast.rita.uid]
    )
    verify(cast)


def test_the_deed_stays(cast):
    forget(cast, cast.ivy)

    (entry,) = cast.portal.audit("member.invited")
    assert entry.target == cast.ivy.uid
    assert entry.after == {"email": pseudonym(cast.ivy.uid), "role": "invite_write"}
    assert entry.salt is None
    assert len(entry.commitment) == 64


def test_each_log_says_that_somebody_was_forgotten(cast):
    forget(cast, cast.ivy)

    told = [(entry.organization_id, entry.target, entry.after) for entry in cast.portal.audit()][-2:]
    assert told == [(cast.org, cast.ivy.uid, {"entries": 1}), (None, cast.ivy.uid, {"entries": 1})]


def test_others_stay_as_they_are(cast):
    longer = cast.portal.person("Joivy", "joivy@crew.test")
    kept = [entry for entry in cast.portal.audit() if cast.ivy.email not in str(entry.after).split("'")]
    forget(cast, cast.ivy)

    after = {entry.id: entry for entry in cast.portal.audit()}
    assert [after[entry.id] for entry in kept] == kept
    assert longer.email in written(cast)


def test_earlier_addresses_and_names_go_too(cast):
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
    forget(cast, cast.rita)

    left = written(cast)
    assert not any(word in left for word in ("rita@old.test", "rita old", "https://rita.test"))
    alias = pseudonym(cast.rita.uid)
    moved, updated = cast.portal.audit("address.changed", "account.updated")
    assert moved.before == moved.after == {"email": alias}
    assert updated.before == {"name": alias, "image_url": None}
    verify(cast)


def test_forgetting_twice_changes_nothing_more(cast):
    forget(cast, cast.ivy)

    assert forget(cast, cast.ivy) == 0


def test_what_was_forgotten_cannot_be_rewritten(cast):
    forget(cast, cast.ivy)
    with cast.portal.writing() as db:
        db.execute(text("UPDATE audit_entries SET after = '{}' WHERE action = 'member.invited'"))

    with pytest.raises(verification.Broken, match="edited"):
        verify(cast)


def test_forgetting_does_not_launder_what_was_edited(cast):
    with cast.portal.writing() as db:
        db.execute(
            update(AuditEntry)
            .where(AuditEntry.action == "member.invited")
            .values(after={"x": cast.ivy.email})
        )
    forget(cast, cast.ivy)

    assert cast.ivy.email not in written(cast)
    with pytest.raises(verification.Broken, match="edited"):
        verify(cast)
