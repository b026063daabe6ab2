"""docs/api.md: what `make docs` generates, with every operation of the specification."""

import re

import pytest

from tests.support import api_page
from tests.support.schema_words import shape
from tests.support.specification import specification

PAGE = api_page.PATH.read_text()


def test_the_page_is_up_to_date():
    assert api_page.render() == PAGE, "run `make docs`"


def test_every_operation_has_its_section():
    operations = {
        f"{method.upper()} {path}" for path, item in specification()["paths"].items() for method in item
    }

    assert set(re.findall(r"^### `(.+)`$", PAGE, re.MULTILINE)) == operations


def test_every_object_that_an_answer_names_is_described():
    returned = " ".join(re.findall(r"^- Returns: (.*)$", PAGE, re.MULTILINE))
    described = set(re.findall(r"^- `(\w+)` `\{", PAGE, re.MULTILINE))

    assert (
        {"Member", "Organization", "Key"}
        <= set(re.findall(r"\b[A-Z][A-Za-z]+\b", returned)) - {"OK"}
        <= described
    )


def test_a_section_says_what_the_caller_needs_sends_gets_and_risks():
    section = PAGE.partition("### `POST /organization/members/`\n")[2].partition("\n### ")[0]

    assert "- Needs: role `admin` or higher; API key or session\n" in section
    assert "- Fields: `{orgId, email, role}`\n" in section
    assert '- Returns: `{status: "OK", data: Member}`\n' in section
    assert "404 `Member not found`" in section


@pytest.mark.short
def test_signing_in_needs_nothing_and_an_upload_at_least_the_role_upload():
    needs = {
        section.partition("`")[0]: section.partition("- Needs: ")[2].partition("\n")[0]
        for section in PAGE.split("\n### `")
    }

    assert needs["POST /login/"] == needs["POST /register/"] == "nothing"
    assert needs["POST /bundle/"] == "role `upload` or higher; API key or session"
    assert needs["POST /apikey/"] == "session"


def test_shapes_say_what_is_optional_null_or_nested():
    schema = {
        "required": ["id", "size", "items"],
        "properties": {
            "id": {"type": "string"},
            "size": {"type": ["integer", "null"]},
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/App"}},
            "at": {"type": "string", "format": "date-time"},
        },
    }

    assert shape(schema) == "{id, size: integer or null, items: [App], at?: date-time}"
