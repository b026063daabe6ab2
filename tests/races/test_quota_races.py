"""Two requests at the same moment cannot exceed a limit together."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.support.cast import Cast, set_up_cast

ROUNDS = 3
ORGANIZATION = "/organization/"


@pytest.fixture
def scene(installation):
    return lambda **settings: set_up_cast(installation.portal(installation.settings(**settings)))


def at_once(*requests: Callable[[], int]) -> list[int]:
    """Return a function that sends requests at the same moment and returns their sorted statuses."""
    barrier = Barrier(len(requests))

    def send(request: Callable[[], int]) -> int:
        barrier.wait(10)
        return request()

    with ThreadPoolExecutor(len(requests)) as threads:
        return sorted(threads.map(send, requests))


def test_organizations_of_one_person(scene):
    cast = scene(CREWROOM_MAX_ORGANIZATIONS_PER_USER="2")
    api = cast.api("alice")

    for _ in range(ROUNDS):
        statuses = at_once(*[lambda: api.put(ORGANIZATION, name="Second").status_code] * 2)

        assert statuses == [200, 409]
        second = next(one for one in api.get(ORGANIZATION).get_json()["data"] if one["name"] == "Second")
        api.delete(ORGANIZATION, orgId=second["id"], name="Second")


def test_keys_of_one_person(scene):
    cast = scene(CREWROOM_MAX_KEYS_PER_USER="1")
    body = {"name": "ci", "role": "read", "expires_in_days": 9}
    browsers = [cast.browser("rita"), cast.browser("rita")]

    for _ in range(ROUNDS):
        statuses = at_once(
            *(lambda one=one: one.json("POST", "/apikey/", json=body).status_code for one in browsers)
        )

        assert statuses == [200, 409]
        (key,) = browsers[0].json("GET", "/apikey/").get_json()["data"]
        browsers[0].json("DELETE", "/apikey/", json={"id": key["id"]})


def test_pending_invitations_of_one_organization(scene):
    cast = scene(CREWROOM_MAX_INVITATIONS_PER_ORGANIZATION="2")
    dora = cast.portal.person("Dora")
    api = cast.api("adam")

    def invite(person) -> int:
        body = {"orgId": cast.org, "email": person.email, "role": "read"}
        return int(api.post("/organization/members/", **body).status_code)

    for _ in range(ROUNDS):
        assert at_once(lambda: invite(cast.charlie), lambda: invite(dora)) == [200, 409]
        for person in (cast.charlie, dora):
            api.delete("/organization/members/", orgId=cast.org, email=person.email)


@pytest.mark.parametrize("setting", ["CREWROOM_MAX_STORAGE_MB_PER_ORGANIZATION", "CREWROOM_MAX_STORAGE_MB"])
def test_storage_of_two_uploads(scene, setting):
    """Two files of 600 KB, in one organization or in two, with room for 1 MB."""
    cast = scene(**{setting: "1"})
    apps = [cast.api("wendy").post("/app/", orgId=cast.org, name=f"App {one}").get_json() for one in "12"]

    statuses = at_once(
        *(
            lambda app=app, number=number: upload(cast, app["data"]["id"], number)
            for number, app in enumerate(apps)
        )
    )

    assert statuses == [200, 409]


def upload(cast: Cast, app: str, number: int) -> int:
    file = io.BytesIO(bytes([number]) * 600_000)
    form = {"app_id": app, "version": "1.0.0", "file": (file, "bundle.zip")}
    answer = cast.api("uma").send("POST", "/bundle/", data=form, content_type="multipart/form-data")
    return int(answer.status_code)
