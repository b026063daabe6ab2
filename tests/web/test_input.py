"""Bodies and names sent to the documented operations: hostile ones are refused, real names are kept.

What every operation refuses is in `test_every_input.py` and `tests/sweeps/test_names_and_numbers.py`.
"""

from itertools import product

from tests.support import corpora
from tests.support.answers import assert_names_field, assert_refusal_shape
from tests.support.sweeping import sweep

ORGANIZATION = "/organization/"
# The bodies that are wrong for organizations in particular; `test_every_input.py` tries the others.
BODIES = {name: body for name, body in corpora.hostile_bodies().items() if body.keys() & {"only", "field"}}
NAMES = corpora.read("names")
OWNER = "ceiling-super_admin"


def send(world, method, path, **options):
    return world.api(OWNER).send(method, path, **options)


@sweep("method, name", product(["POST", "PUT", "DELETE"], BODIES))
def test_a_hostile_body_is_refused(world, method, name):
    body = corpora.encoded(BODIES[name], world.org)

    answer = send(world, method, ORGANIZATION, data=body, content_type="application/json")

    assert_refusal_shape(answer, 400)
    assert world.rows() == world.initial_rows
    if "field" in BODIES[name]:
        assert_names_field(answer, BODIES[name]["field"])


@sweep("name", NAMES["accepted"], ids=ascii)
def test_a_readable_name_is_stored_unchanged(world, name):
    api = world.api(OWNER)

    created = api.put(ORGANIZATION, name=name)
    updated = api.post(ORGANIZATION, orgId=world.org, name=name)

    assert updated.get_json()["data"]["name"] == name
    one = api.get(ORGANIZATION, orgId=created.get_json()["id"]).get_json()["data"]
    assert one["name"] == name
