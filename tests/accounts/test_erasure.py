"""Erasing an account removes the person from every table and leaves the audit log intact."""

from app.base.permissions import Role
from app.models import Base
from app.services.audit_log import verification
from tests.support.portal import PASSWORD


def test_erased_address_and_name_are_in_no_table_and_the_audit_log_verifies(cast):
    portal = cast.portal
    zelda = portal.person("Zelda Quist", "zelda@gone.test")
    portal.invite(cast.org, cast.alice, zelda, Role.READ)
    portal.browser(zelda).submit("/invitation/", orgId=cast.org)
    cast.api("alice").post("/organization/members/", orgId=cast.org, email=zelda.email, role="write")
    portal.mails()

    portal.browser(zelda).submit("/account/", method="DELETE", email=zelda.email, password=PASSWORD)

    portal.run_jobs()
    with portal.database.reading() as db:
        rows = repr([db.execute(table.select()).all() for table in Base.metadata.sorted_tables])
    assert zelda.uid in rows
    assert "zelda@gone.test" not in rows
    assert "Zelda Quist" not in rows
    with portal.database.reading():
        entries, chains = verification.verify()
    assert (entries > 10, chains) == (True, 2)
