"""Every operation of the portal, read from its routes, so that a new one cannot be forgotten."""

from dataclasses import dataclass
from typing import Any

from flask import Flask

from app.web.forms.forms import EmailField, Field, Operation
from app.web.guard.guards import AnyGuard

CHANGES = ("POST", "PUT", "DELETE")
# Values for required fields while a test varies another field.
_VALUES = {
    "email": "newcomer@crew.test",
    "management_email": "newcomer@crew.test",
    "password": "plums in the icebox",
    "role": "read",
    "required": "true",
    "action": "remove",
    "version": "9.0.0",
    "credential": "{}",
}


@dataclass(frozen=True)
class PortalOperation:
    """An operation, with the address and the fields that it takes."""

    method: str
    path: str
    guard: AnyGuard

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def form(self) -> Operation:
        form: Operation = self.guard.operation()
        return form

    @property
    def fields(self) -> list[Field[Any]]:
        return [field for field in self.form if isinstance(field, Field)]

    @property
    def addresses(self) -> list[str]:
        """Return the names of the fields that take an email address."""
        return [field.name for field in self.fields if isinstance(field, EmailField)]

    def example_fields(self, place: dict[str, str]) -> dict[str, Any]:
        """Return a value for each required field."""
        known = {**_VALUES, "orgId": place["org"], "app_id": place["app"]}
        return {name: known.get(name, "x") for name in self.guard.operation.required_names()}


def all_operations(app: Flask, *methods: str) -> dict[str, PortalOperation]:
    """Return every operation by label, with placeholders in its path filled in."""
    found = [
        PortalOperation(method, _filled(rule.rule), vars(app.view_functions[rule.endpoint])["guard"])
        for rule in app.url_map.iter_rules()
        for method in methods
        if rule.methods and method in rule.methods and rule.endpoint != "static"
    ]
    return {operation.label: operation for operation in found}


def _filled(rule: str) -> str:
    return rule.replace("<bundle_id>", "bundle_x").replace("<id>", "key_x")
