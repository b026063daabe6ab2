"""`docs/api.md`, generated from the specification: `make docs`, and a test that it is up to date."""

import re
from collections.abc import Iterator
from typing import Any

from app.base.codes import Code
from tests.support.schema_words import members, shape
from tests.support.sources import ROOT
from tests.support.specification import resolve, specification

PATH = ROOT / "docs" / "api.md"
# The introduction explains these, which nearly every operation has.
_EXPLAINED = {"Invalid API key", "The form has expired"}
_ROLE = re.compile(r"Requires the (role `\w+`(?: or higher)?)\.")
# The fields say which ones are required.
_REQUIRED = re.compile(r"[\w ]+ is required")
_PUBLIC = "Does not require signing in."
_STATUSES = {
    "NotAuthenticated": 401,
    "TooLarge": 413,
    "UnsupportedMedia": 415,
    "TooManyRequests": 429,
    "Unavailable": 503,
}

_HEAD = """# API reference

Generated from the specification by `make docs`. The specification has every limit and example: a portal shows it at `/docs/`, where you can
send requests with your key, and at `/openapi.json`; `crewroom openapi` prints it.

{about}
**Errors.** An unknown organization, one that the caller does not belong to, and a role that is too low get the same 403; an unknown app or bundle and
one of another organization get the same 404. A change by cookie without its CSRF token gets 403 `The form has expired`. Most operations can return these, and every
error has a [code](#error-codes):

{shared}

Below, `?` marks an optional field; a missing field without it gets 400. Fields are texts unless a type follows, and types with a capital letter are
[objects](#objects). A role is one of `read`, `upload`, `write`, `admin` and `super_admin`.
"""  # noqa: E501 - the docs have longer lines

_CODES_HEAD = """
## Error codes

Every error has a `code`. Codes never change; new ones may be added. `field` names the field that is wrong, if there is one.

| code | meaning |
|---|---|"""  # noqa: E501 - the docs have longer lines

_TAIL = """
## Uploading

    curl -H "authorization: $KEY" -F app_id=app_… -F version=1.4.0 -F file=@bundle.zip https://crew.example.com/bundle/

Put the fields before the file, as here, so that an error is returned before the file is sent.

## Generating a client

    crewroom openapi > openapi.json
    openapi-python-client generate --path openapi.json

Version 0.29 of that generator omits an import where a body can be JSON or a form. Before Python 3.14, let its
`post_hooks` add `from __future__ import annotations` to each module, as `tests/openapi/test_client.py` does.
"""


def render() -> str:
    """Return the text of the page."""
    sections = [_section(tag["name"], tag["description"]) for tag in specification()["tags"]]
    head = _HEAD.format(about=specification()["info"]["description"], shared=_shared())
    return "\n".join([head, *sections, _objects(), _codes()]) + _TAIL


def _shared() -> str:
    answers = specification()["components"]["responses"]
    return "\n".join(f"- {status}: {answers[name]['description']}" for name, status in _STATUSES.items())


def _codes() -> str:
    rows = [f"| `{code.word}` | {code.value} |" for code in Code]
    return "\n".join([_CODES_HEAD, *rows, ""])


def _section(name: str, about: str) -> str:
    rows = [
        _operation(f"{method.upper()} {path}", operation)
        for path, item in specification()["paths"].items()
        for method, operation in item.items()
        if name in operation["tags"]
    ]
    return f"## {name}\n\n{about}\n\n" + "\n".join(rows)


def _operation(address: str, operation: dict[str, Any]) -> str:
    about = " ".join(filter(None, (_own_words(operation), _body_words(operation))))
    refusals = "; ".join(_refusals(operation["responses"]))
    lines = [
        f"### `{address}`\n",
        f"{operation['summary']}.{f' {about}' if about else ''}\n",
        f"- Needs: {_needs(operation)}",
        *[f"- Fields: `{found}`" for found in [_input(operation)] if found],
        f"- Returns: {_returned(operation['responses'])}",
        *([f"- Errors: {refusals}"] if refusals else []),
    ]
    return "\n".join(lines) + "\n"


def _own_words(operation: dict[str, Any]) -> str:
    return _ROLE.sub("", operation.get("description", "")).replace(_PUBLIC, "").strip()


def _body_words(operation: dict[str, Any]) -> str:
    """Return what the description of the body says after its first paragraph, which names the body."""
    return str(_body(operation).get("description", "").partition("\n\n")[2].replace("\n", " ").strip())


def _body(operation: dict[str, Any]) -> dict[str, Any]:
    bodies = operation.get("requestBody", {}).get("content", {})
    return next((resolve(media["schema"]) for media in bodies.values()), {})


def _needs(operation: dict[str, Any]) -> str:
    ways = {name for option in operation["security"] for name in option}
    if not ways or _PUBLIC in operation.get("description", ""):
        return "nothing"
    callers = "API key or session" if "key" in ways else "session"
    role = _ROLE.search(operation.get("description", ""))
    return f"{role[1]}; {callers}" if role else callers


def _input(operation: dict[str, Any]) -> str:
    """Return the fields of the query or the body; those of the path are in the address."""
    query = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    if query:
        return members(
            {one["name"]: one["schema"] for one in query}, [one["name"] for one in query if one["required"]]
        )
    body = _body(operation)
    return shape(body) if body else ""


def _returned(answers: dict[str, Any]) -> str:
    contents = answers["200"].get("content", {})
    return " or ".join(
        f"`{shape(media['schema'])}`" if name == "application/json" else f"`{name}`"
        for name, media in contents.items()
    )


def _refusals(answers: dict[str, Any]) -> Iterator[str]:
    """Yield each status of an error with its texts, except those that all operations share."""
    for status, answer in answers.items():
        texts = [
            f"`{text}`" for text in _texts(answer) if text not in _EXPLAINED and not _REQUIRED.fullmatch(text)
        ]
        if texts:
            yield f"{status} {', '.join(texts)}"
        elif status >= "400" and "$ref" not in answer and not list(_texts(answer)):
            yield f"{status} ({answer['description']})"


def _texts(answer: dict[str, Any]) -> Iterator[str]:
    examples = answer.get("content", {}).get("application/json", {}).get("examples", {})
    return (example["value"]["error"] for example in examples.values() if "error" in example["value"])


def _objects() -> str:
    schemas = specification()["components"]["schemas"]
    rows = [
        f"- `{name}` `{shape(schema)}`: {schema['description']}"
        for name, schema in schemas.items()
        if name in _in_answers()
    ]
    return "## Objects\n\n" + "\n".join(rows) + "\n"


def _in_answers() -> set[str]:
    """Return the names of the schemas that answers refer to, themselves or through another one."""
    reached: set[str] = set()
    found = _names(
        [operation["responses"] for item in specification()["paths"].values() for operation in item.values()]
    )
    while found - reached:
        reached |= found
        found |= _names([specification()["components"]["schemas"][name] for name in found])
    return reached


def _names(part: Any) -> set[str]:
    return set(re.findall(r"'#/components/schemas/(\w+)'", str(part)))


if __name__ == "__main__":
    PATH.write_text(render())
