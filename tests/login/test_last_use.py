"""Last use: recorded alike for sessions and keys, for each organization, at most once a minute."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.models import Credential, CredentialUse

START = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def uses(cast):
    with cast.portal.database.reading() as db:
        found = select(Credential.kind, CredentialUse.organization_id, CredentialUse.last_used_at).join(
            Credential, Credential.id == CredentialUse.credential_id
        )
        return [tuple(row) for row in db.execute(found.order_by(CredentialUse.last_used_at))]


def test_use_is_recorded_at_most_once_a_minute_for_each_organization(cast, clock):
    other = cast.portal.organization(cast.rita, "Elsewhere")
    api = cast.api("rita")

    api.get("/organization/", orgId=cast.org).close()
    clock.shift(timedelta(seconds=59))
    api.get("/organization/", orgId=cast.org).close()
    api.get("/organization/", orgId=other).close()
    later = START + timedelta(seconds=59)
    assert uses(cast) == [("key", cast.org, START), ("key", other, later)]

    clock.shift(timedelta(seconds=1))
    api.post("/organization/", orgId=other, name="Somewhere").close()
    api.get("/organization/", orgId=cast.org).close()
    assert uses(cast) == [("key", other, later), ("key", cast.org, START + timedelta(minutes=1))]


def test_use_of_a_session_is_recorded_too(cast):
    cast.browser("rita").json("GET", "/organization/", query_string={"orgId": cast.org}).close()

    assert uses(cast) == [("session", cast.org, START)]


def test_refused_request_does_not_count_as_use(cast):
    cast.api("rita").post("/organization/", orgId=cast.org, name="x").close()
    cast.api("charlie").get("/organization/", orgId=cast.org).close()

    assert uses(cast) == []


def test_request_that_ends_its_own_access_records_no_use(cast):
    cast.api("rita").delete("/organization/members/", orgId=cast.org, email=cast.rita.email).close()
    answer = cast.api("alice").delete("/organization/", orgId=cast.org, name="Northwind")
    answer.close()

    assert answer.status_code == 200
    assert uses(cast) == []
