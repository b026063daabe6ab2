"""The specification: valid, complete, consistent, and the same everywhere it is published."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from app.routes.portal.api import REFERENCE
from tests.support.sources import ROOT, SOURCES, relative
from tests.support.specification import resolve, specification, validator
from tests.support.sweeping import sweep

WORDS = re.compile(r"[a-z]+(_[a-z]+)*")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each operation with its path and method."""
    for path, item in specification()["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def named(operation: dict[str, Any]) -> str:
    return str(operation["operationId"])


every_operation = sweep("operation", [found[2] for found in operations()], ids=named)


def test_it_is_valid_openapi():
    validate(specification(), cls=OpenAPIV31SpecValidator)


def test_every_change_is_an_operation(portal):
    """Reads that are none are pages, which answer 406 to API clients: `tests/sweeps/test_pages_alone.py`."""
    changes = {
        (rule.rule, method)
        for rule in portal.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        if not vars(portal.app.view_functions[rule.endpoint])["guard"].api
    }

    assert changes == set()


def test_every_method_of_a_described_address_is_described(portal):
    described = {(path, method.upper()) for path, method, _ in operations()}
    paths = {path for path, _ in described}

    routed = {
        (path, method)
        for rule in portal.app.url_map.iter_rules()
        for path in [rule.rule.replace("<", "{").replace(">", "}")]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if path in paths
    }

    assert len(described) > 70
    assert described == routed


def test_operations_have_unique_names():
    names = [named(operation) for *_, operation in operations()]

    assert len(set(names)) == len(names)
    assert [name for name in names if not WORDS.fullmatch(name)] == []


@every_operation
def test_every_operation_has_a_summary_a_tag_and_described_parameters(operation):
    assert re.fullmatch(r"[A-Z].*[^.\s]", operation["summary"])
    assert len(operation["tags"]) == 1
    assert operation["tags"][0] in REFERENCE.sections
    assert all(parameter["description"] for parameter in operation.get("parameters", []))


@every_operation
def test_every_operation_describes_its_success_and_common_refusals(operation):
    answers = operation["responses"]

    assert answers.keys() >= {"200", "400", "401", "429", "503"}
    assert all(resolve(answer)["description"] for answer in answers.values())
    assert all("X-Request-Id" in resolve(answer)["headers"] for answer in answers.values())
    assert all("Retry-After" in resolve(answers[status])["headers"] for status in ("429", "503"))


@every_operation
def test_the_examples_of_an_operation_match_its_form(operation):
    for parameter in operation.get("parameters", []):
        validator(parameter["schema"]).validate(parameter["example"])
    for media in operation.get("requestBody", {"content": {}})["content"].values():
        schema = resolve(media["schema"])
        for example in schema.get("examples", []):
            validator(schema).validate(example)


@every_operation
def test_every_field_of_a_request_has_a_description_and_an_example(operation):
    """A field without them is drawn all the same, with an empty text and `…`."""
    parameters = operation.get("parameters", [])
    content = operation.get("requestBody", {"content": {}})["content"].values()
    bodies = [resolve(media["schema"]) for media in content]
    properties = [field for body in bodies for field in body["properties"].values()]
    examples = [example for body in bodies for example in body.get("examples", [])]

    assert [field for field in [*parameters, *properties] if not field["description"]] == []
    assert "…" not in [parameter["example"] for parameter in parameters]
    assert "…" not in [value for example in examples for value in example.values()]


@sweep("name", specification()["components"]["schemas"])
def test_the_examples_of_an_object_match_its_schema(name):
    schema = specification()["components"]["schemas"][name]

    for example in schema.get("examples", []):
        validator(schema).validate(example)


@sweep("empty", [None, {}, "", " "])
def test_null_or_blank_does_not_satisfy_an_alternative(empty):
    """Where one of several fields is required, a null or a blank text does not satisfy that."""
    described = specification()["components"]["schemas"].items()
    alternatives = [
        (name, field, {**schema, "required": []})
        for name, schema in described
        for branch in schema.get("anyOf", ())
        for field in branch.get("required", ())
    ]

    assert {name for name, *_ in alternatives} > {"SecondStep"}
    assert [found for found in alternatives if validator(found[2]).is_valid({found[1]: empty})] == []


def test_every_component_is_used_and_every_used_component_exists():
    written = json.dumps(specification())
    used = {tuple(found.split("/")) for found in re.findall(r'"#/components/([A-Za-z/-]+)"', written)}
    shared = specification()["components"]
    there = {(kind, name) for kind in ("schemas", "responses", "headers") for name in shared[kind]}
    schemes = {name for *_, operation in operations() for ways in operation["security"] for name in ways}

    assert used == there
    assert schemes == shared["securitySchemes"].keys()


def test_the_described_refusals_are_those_of_the_code():
    code = "\n".join(path.read_text() for path in SOURCES if "/openapi/" not in relative(path))
    described = {
        example["value"]["error"]
        for *_, operation in operations()
        for answer in operation["responses"].values()
        for media in resolve(answer).get("content", {}).values()
        for example in media.get("examples", {}).values()
    }
    # Composed in `services/members/received_invitations.py` and in field classes.
    composed = {text for text in described if re.fullmatch(r"Invitation \w+|\w+ is required", text)}

    assert len(described) > 40
    assert {text for text in described - composed if text not in code} == set()


@pytest.mark.short
def test_it_contains_the_examples_of_the_documents():
    schemas = specification()["components"]["schemas"]

    documents = "".join(
        "".join(path.read_text().split()) for path in (ROOT / "tests" / "documents").glob("*.txt")
    )
    shown = [
        schemas[name]["examples"][0]
        for name in ("OrganizationUpdate", "OrganizationCreate", "MemberInvite", "MemberRemove")
    ]

    assert [body for body in shown if "".join(json.dumps(body).split()) not in documents] == []


def test_it_is_public_and_can_be_revalidated(portal):
    first = portal.api().get("/openapi.json")
    again = portal.api(**{"If-None-Match": first.headers["ETag"]}).get("/openapi.json")
    person = portal.browser(portal.person("Alice")).client.get(
        "/openapi.json", headers={"Accept": "text/html"}
    )

    served = first.get_json()
    name = served["components"]["securitySchemes"]["session"].pop("name")
    printed = deepcopy(specification())
    assert printed["components"]["securitySchemes"]["session"].pop("name") == name.rpartition("-")[0]
    assert (first.status_code, first.mimetype, served) == (200, "application/json", printed)
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"
    assert person.data == first.data


def test_the_cookie_has_the_name_that_the_portal_uses(settings_for):
    from tests.support.portal import Portal

    secure = Portal(settings_for(CREWROOM_BASE_URL="https://crew.example.com"))
    schemes = secure.api().get("/openapi.json").get_json()["components"]["securitySchemes"]
    secure.close()

    assert schemes["session"]["name"] == secure.app.config["SESSION_COOKIE_NAME"]
    assert re.fullmatch(r"__Host-crewroom-[0-9a-f]{8}", schemes["session"]["name"])
    assert specification()["components"]["securitySchemes"]["session"]["name"] == "crewroom"


def test_the_command_prints_it_and_needs_no_instance(crewroom):
    printed = crewroom.done("openapi")

    assert json.loads(printed) == specification()
    assert not crewroom.instance.exists()
