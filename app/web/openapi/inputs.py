"""Input of an operation: its form as parameters of the path and query, or as a body."""

from inspect import cleandoc
from typing import Any

from wtforms import Field

from app.web.forms.forms import Operation
from app.web.forms.passkey_fields import CredentialField
from app.web.forms.upload_fields import FileField
from app.web.openapi.examples import BODIES, INPUTS
from app.web.openapi.fields import schema_of
from app.web.openapi.operations import Described
from app.web.openapi.schemas import Schema

_JSON, _FORM, _MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


class Input:
    """The fields of an operation that programs send, where its path names `in_path`."""

    def __init__(self, form: type[Operation], described: Described, in_path: set[str]) -> None:
        """Take the form without the fields that only pages have."""
        self.form = form
        self.described = described
        self.in_path = in_path
        self.fields: list[Any] = [field for field in form() if field.name not in described.without]

    def parameters(self, *, in_query: bool) -> list[Schema]:
        """Return the parameters; those of the query too if the operation reads it."""
        return [
            {
                "name": field.name,
                "in": place,
                "required": bool(field.required) or place == "path",
                "description": field.label.text,
                "schema": self._schema(field, in_json=False),
                "example": self._example(field.name),
            }
            for field in self.fields
            for place in ["path" if field.name in self.in_path else "query"]
            if in_query or place == "path"
        ]

    def body(self, named: dict[str, Schema]) -> Schema | None:
        """Return the body in every way it may be written, None if there is none; JSON is a named schema."""
        sent = [field for field in self.fields if field.name not in self.in_path]
        if not sent:
            return None
        required = any(field.required for field in sent) or bool(self.described.one_of)
        return {"required": required, "content": self._content(sent, named)}

    def required(self) -> list[str]:
        """List what is said when a required field is missing."""
        return [field.required for field in self.fields if field.required]

    def _content(self, sent: list[Any], named: dict[str, Schema]) -> Schema:
        if any(isinstance(field, FileField) for field in sent):
            return {_MULTIPART: {"schema": self._object(sent, in_json=False)}}
        name = self.form.__name__
        named[name] = {**self._object(sent, in_json=True), "examples": [self._whole(sent)]}
        in_json = {_JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        if any(isinstance(field, CredentialField) for field in sent):
            return in_json  # a form can only carry it as the text of the same JSON
        return {**in_json, _FORM: {"schema": self._object(sent, in_json=False)}}

    def _object(self, sent: list[Any], *, in_json: bool) -> Schema:
        return {
            "type": "object",
            "description": cleandoc(self.form.__doc__ or ""),
            "required": [field.name for field in sent if field.required],
            "properties": {
                field.name: {**self._schema(field, in_json=in_json), "description": field.label.text}
                for field in sent
            },
            **({} if self.form.ignores_unknown else {"additionalProperties": False}),
            **self._alternatives(),
        }

    def _alternatives(self) -> Schema:
        """Say that one of several fields must be there, whichever."""
        said = [
            {
                "required": [field.name],
                "properties": {field.name: _something(self._schema(field, in_json=False))},
            }
            for field in self.fields
            if field.name in self.described.one_of
        ]
        return {"anyOf": said} if said else {}

    def _whole(self, sent: list[Any]) -> Any:
        found = {field.name: self._example(field.name) for field in sent}
        return BODIES.get(self.form.__name__, found)

    def _schema(self, field: Field, *, in_json: bool) -> Schema:
        return {**schema_of(field, in_json=in_json), **self.described.fields.get(field.name, {})}

    def _example(self, name: str) -> Any:
        return self.described.examples.get(name, INPUTS.get(name, "…"))


def _something(schema: Schema) -> Schema:
    """Return a schema without what says nothing: a blank text, an empty object, a no, a null."""
    if schema["type"] == "boolean":
        return {"const": True}
    if schema["type"] == "object":
        return {"not": {"type": "null"}, "minProperties": 1}
    return {**schema, "pattern": r"[^\s\x1c-\x1f\x85]"}
