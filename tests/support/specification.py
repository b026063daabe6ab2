"""Asserts that answers match the specification: their status, headers, media type and schema."""

from functools import cache
from typing import Any

from flask import Flask
from jsonschema_rs import Draft202012Validator
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app import outline
from app.base.config import load
from app.web.openapi import document
from tests.support.refusal_codes import assert_coded

# A 500 is a bug, which the specification does not describe.
FAILURE = 500


@cache
def specification() -> dict[str, Any]:
    """Return the specification of a portal with default settings."""
    return document.of_app(outline(load({})))


def assert_described(app: Flask, answer: TestResponse) -> None:
    """Compare an answer with the specification of its operation; addresses without one are not checked."""
    assert_coded(answer.get_json(silent=True))
    operation = operation_of(app, answer.request.method, answer.request.environ["PATH_INFO"])
    if operation is None or answer.status_code == FAILURE:
        return

    described = operation["responses"].get(str(answer.status_code))
    assert described, (operation["operationId"], answer.status_code, answer.text[:500])
    promised = resolve(described).get("headers", {})
    missing = [
        name for name in promised if resolve(promised[name]).get("required") and name not in answer.headers
    ]
    assert not missing, (operation["operationId"], answer.status_code, missing)
    media = resolve(described).get("content", {})
    assert not media or answer.mimetype in media, (operation["operationId"], answer.mimetype)
    if answer.mimetype == "application/json":
        described_by = _validator_of(operation["operationId"], answer.status_code)
        wrong = next(described_by.iter_errors(answer.get_json()), None)
        assert wrong is None, (operation["operationId"], wrong)


def operation_of(app: Flask, method: str, path: str) -> dict[str, Any] | None:
    """Return the operation that a request addresses; an address with `//` addresses none."""
    if "//" in path:
        return None
    try:
        rule, _ = app.url_map.bind("").match(path, method, return_rule=True)
    except HTTPException:
        return None
    written = rule.rule.replace("<", "{").replace(">", "}")
    found: dict[str, Any] | None = specification()["paths"].get(written, {}).get(method.lower())
    return found


def resolve(part: dict[str, Any]) -> dict[str, Any]:
    """Resolve a reference; return anything else as it is."""
    if "$ref" not in part:
        return part
    found: Any = specification()
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return dict(found)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Return a validator of a schema of the specification that checks formats too."""
    whole = {**schema, "components": specification()["components"]}
    return Draft202012Validator(whole, validate_formats=True)


@cache
def _validator_of(operation_id: str, status: int) -> Draft202012Validator:
    """Return the validator of the JSON answers of an operation, compiled once."""
    operations = (operation for path in specification()["paths"].values() for operation in path.values())
    operation = next(one for one in operations if one.get("operationId") == operation_id)
    described = resolve(operation["responses"][str(status)])
    return validator(described["content"]["application/json"]["schema"])
