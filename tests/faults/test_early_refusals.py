"""Refusals that don't need the database's lock are immediate while another process holds it.

SQLite locks the whole file; on Postgres another transaction locks the rows of the organization and of the
person. A server that locked them first would answer 503 after ten seconds.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import create_engine, select

from app.models import Organization, User
from tests.support.serving import PASSWORD, Served

pytestmark = pytest.mark.short

ORGANIZATION, MEMBERS = "/organization/", "/organization/members/"


@contextmanager
def locked_by_another(server: Served) -> Iterator[None]:
    """Lock everything that changes of an organization need."""
    engine = create_engine(server.portal.config.database_url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(select(Organization.id).with_for_update())
            connection.execute(select(User.id).with_for_update())
        yield
        connection.rollback()
    engine.dispose()


def assert_refused_immediately(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json()["status"] == "KO"
    assert answer.elapsed.total_seconds() < 3


def test_invalid_requests_are_refused_immediately_despite_the_lock(served, subtests):
    key = served.person("early@crew.test")
    with served.client(key) as client:
        org = client.put(ORGANIZATION, json={"name": "Northwind"}).json()["id"]
        client.get(ORGANIZATION)  # record the last use now, not while the lock is held
    with served.client() as stranger, served.client("crew_wrong") as wrong, served.client(key) as client:
        invite = {"orgId": org, "email": "bob@crew.test", "role": "read"}
        cases = {
            "no key": (401, lambda: stranger.post(MEMBERS, json=invite)),
            "a bad key": (401, lambda: wrong.post(MEMBERS, json=invite)),
            "a bad key and no body": (401, lambda: wrong.delete(MEMBERS)),
            "a body that is not JSON": (
                400,
                lambda: client.post(MEMBERS, content="{", headers={"Content-Type": "application/json"}),
            ),
            "a list as the body": (400, lambda: client.post(MEMBERS, json=[])),
            "a missing field": (400, lambda: client.put(ORGANIZATION, json={})),
            "an unknown field": (400, lambda: client.post("/app/", json={"orgId": org, "name": "A", "x": 1})),
            "a bad address": (400, lambda: client.post(MEMBERS, json={**invite, "email": "nobody"})),
            "another content type": (415, lambda: client.post(MEMBERS, content="orgId=1")),
            "a body of 70 KiB": (413, lambda: client.post(MEMBERS, json={"name": "x" * 70_000})),
            "another method": (405, lambda: client.patch(MEMBERS, json=invite)),
            "an unknown address": (404, lambda: client.post("/nope/", json=invite)),
        }
        with locked_by_another(served):
            for name, (status, ask) in cases.items():
                with subtests.test(name):
                    assert_refused_immediately(ask(), status)


def test_a_form_without_its_token_is_refused_despite_the_lock(served):
    served.person("token@crew.test")
    with served.visitor() as browser:
        entered = browser.post("/login/", json={"email": "token@crew.test", "password": PASSWORD})
        assert entered.status_code == 200
        browser.get(ORGANIZATION)
        time.sleep(0.2)  # the last use is recorded after the answer
        del browser.headers["X-CSRFToken"]
        with locked_by_another(served):
            assert_refused_immediately(browser.put(ORGANIZATION, json={"name": "Northwind"}), 403)
