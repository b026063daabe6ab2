"""Generate the parameters and request body of an operation from its form."""

from inspect import cleandoc
from typing import Any

from app.base.codes import Code
from app.web.forms.forms import Field, Operation
from app.web.forms.passkey_fields import CredentialField
from app.web.forms.upload_fields import FileField
from app.web.json_types.description import Description
from app.web.openapi.schemas import Schema

_JSON, _FORM, _MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


class Input:
    """The fields of an operation that API clients send; those in `in_path` are path variables."""

    def __init__(self, form: type[Operation], described: Description, in_path: set[str]) -> None:
        """Set the form, without the fields that only pages use."""
        self.form = form
        self.described = described
        self.in_path = in_path
        self.fields: list[Any] = [field for field in form() if field.name not in described.without]

    def parameters(self, *, in_query: bool) -> list[Schema]:
        """Return the path parameters, and the query parameters if `in_query`."""
        return [
            {
                "name": field.name,
                "in": place,
                "required": bool(field.required) or place == "path",
                "description": field.description,
                "schema": self._schema(field, in_json=False),
                "example": field.example,
            }
            for field in self.fields
            for place in ["path" if field.name in self.in_path else "query"]
            if in_query or place == "path"
        ]

    def body(self, named: dict[str, Schema]) -> Schema | None:
        """Return the request body in each media type, if there is one; add its JSON schema to `named`."""
        in_body = [field for field in self.fields if field.name not in self.in_path]
        if not in_body:
            return None
        required = any(field.required for field in in_body) or bool(self.described.one_of)
        return {"required": required, "content": self._content(in_body, named)}

    def required(self) -> list[tuple[Code, str]]:
        """Return the codes and texts of missing required fields."""
        return [(field.missing_code, field.required) for field in self.fields if field.required]

    def _content(self, fields: list[Any], named: dict[str, Schema]) -> Schema:
        if any(isinstance(field, FileField) for field in fields):
            return {_MULTIPART: {"schema": self._object(fields, in_json=False)}}
        name = self.form.__name__
        named[name] = {**self._object(fields, in_json=True), "examples": [self._body_example(fields)]}
        in_json = {_JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        if any(isinstance(field, CredentialField) for field in fields):
            return in_json  # a form could only send it as JSON in a text
        return {**in_json, _FORM: {"schema": self._object(fields, in_json=False)}}

    def _object(self, fields: list[Any], *, in_json: bool) -> Schema:
        return {
            "type": "object",
            "description": cleandoc(self.form.__doc__ or ""),
            "required": [field.name for field in fields if field.required],
            "properties": {
                field.name: {**self._schema(field, in_json=in_json), "description": field.description}
                for field in fields
            },
            **({} if self.form.ignores_unknown else {"additionalProperties": False}),
            **self._alternatives(),
        }

    def _alternatives(self) -> Schema:
        """Return the condition that at least one of several fields is required."""
        alternatives = [
            {
                "required": [field.name],
                "properties": {field.name: _without_empty(self._schema(field, in_json=False))},
            }
            for field in self.fields
            if field.name in self.described.one_of
        ]
        return {"anyOf": alternatives} if alternatives else {}

    def _body_example(self, fields: list[Any]) -> Any:
        return self.form.example or {field.name: field.example for field in fields}

    def _schema(self, field: Field[Any], *, in_json: bool) -> Schema:
        schema = field.json_schema() if in_json else field.schema()
        return {**schema, **self.described.fields.get(field.name, {})}


def _without_empty(schema: Schema) -> Schema:
    """Return a schema without empty values: blank texts, empty objects, false and null."""
    if schema["type"] == "boolean":
        return {"const": True}
    if schema["type"] == "object":
        return {"not": {"type": "null"}, "minProperties": 1}
    return {**schema, "pattern": r"[^\s\x1c-\x1f\x85]"}
