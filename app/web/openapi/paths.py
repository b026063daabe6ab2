"""Generate the paths and operations from the URL map, the guards and the views."""

import re
from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.base.permissions import RULES, Role
from app.web.guard.guards import AnyGuard
from app.web.openapi import answers
from app.web.openapi.inputs import Input
from app.web.openapi.schemas import Schema, Schemas
from app.web.unit_of_work import SAFE_METHODS

_ORDER = ["get", "post", "put", "delete"]


def of(app: Flask, schemas: Schemas) -> Schema:
    """Return the paths of the JSON API with their operations."""
    found: Schema = {}
    for rule, method in _routes(app):
        operation = _operation(app, rule, method, schemas)
        found.setdefault(_path(rule), {})[method.lower()] = operation
    return {path: dict(sorted(item.items(), key=_method_order)) for path, item in sorted(found.items())}


def _routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if getattr(_guard(app, rule), "api", None):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def _guard(app: Flask, rule: Rule) -> AnyGuard | None:
    return getattr(app.view_functions[rule.endpoint], "guard", None)


def _operation(app: Flask, rule: Rule, method: str, schemas: Schemas) -> Schema:
    guard: Any = _guard(app, rule)
    described = guard.api
    changes = method not in SAFE_METHODS
    inputs = Input(guard.operation, described, set(rule.arguments))
    body = inputs.body(schemas.named) if changes else None
    return {
        "operationId": _identifier(app, rule),
        "tags": [described.tag],
        **_texts(cleandoc(app.view_functions[rule.endpoint].__doc__ or ""), guard),
        "security": _security(guard, changes=changes),
        **_optional("parameters", inputs.parameters(in_query=not changes)),
        **_optional("requestBody", body),
        "responses": answers.of(guard, described, schemas, changes=changes, required=inputs.required()),
    }


def _texts(text: str, guard: AnyGuard) -> Schema:
    """Return the summary and description, including what the caller needs."""
    summary, _, rest = text.partition("\n")
    description = "\n\n".join(filter(None, (rest.strip(), _requirement(guard))))
    return {"summary": summary.rstrip("."), **_optional("description", description)}


def _requirement(guard: AnyGuard) -> str:
    if guard.kind == "public":
        return "Does not require signing in."
    if guard.action is None:
        return ""
    role = RULES[guard.action].role
    return f"Requires the role `{role}`{'' if role is Role.SUPER_ADMIN else ' or higher'}."


def _security(guard: AnyGuard, *, changes: bool) -> list[Schema]:
    """Return the ways to authenticate; every change with the cookie also needs the CSRF token."""
    session: Schema = {"session": [], **({"csrf": []} if changes else {})}
    if guard.kind in {"public", "probe"} and not changes:
        return []
    return [session] if guard.by_key else [{"key": []}, {"bearer": []}, session]


def _identifier(app: Flask, rule: Rule) -> str:
    several = len(list(app.url_map.iter_rules(rule.endpoint))) > 1
    return str(rule.endpoint).replace(".", "_") + ("_by_path" if several and rule.arguments else "")


def _path(rule: Rule) -> str:
    return re.sub(r"<(\w+)>", r"{\1}", rule.rule)


def _method_order(operation: tuple[str, Schema]) -> int:
    return _ORDER.index(operation[0])


def _optional(name: str, value: Any) -> Schema:
    return {name: value} if value else {}
