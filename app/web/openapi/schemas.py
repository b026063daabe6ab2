"""Generate the JSON Schemas of responses from their types."""

from enum import EnumType
from inspect import cleandoc
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Schema = dict[str, Any]
_PLAIN = {str: "string", int: "integer", bool: "boolean", NoneType: "null"}


class Schemas:
    """The schemas of a document; each named object is included once and referenced."""

    def __init__(self) -> None:
        """Start without schemas."""
        self.named: dict[str, Schema] = {}

    def of(self, kind: Any, variables: dict[Any, Any] | None = None) -> Schema:
        """Return the schema of a type, types the type `variables` of a generic one."""
        variables = variables or {}
        origin, arguments = get_origin(kind), get_args(kind)
        if isinstance(kind, TypeVar):
            return self.of(variables[kind])
        if origin is Annotated:
            return {**self.of(arguments[0], variables), **arguments[1].keywords}
        if origin is Literal:
            return _choice(arguments)
        if origin is list:
            return {"type": "array", "items": self.of(arguments[0], variables)}
        if origin in {Union, UnionType}:
            return self._either([self.of(argument, variables) for argument in arguments])
        return self._object(kind, origin, arguments)

    def _object(self, kind: Any, origin: Any, arguments: tuple[Any, ...]) -> Schema:
        if kind in _PLAIN:
            return {"type": _PLAIN[kind]}
        if isinstance(kind, EnumType):
            return _choice([str(member) for member in kind])  # type: ignore[var-annotated] # all enums have text values
        if is_typeddict(origin):
            return self._fields(origin, dict(zip(origin.__parameters__, arguments, strict=True)))
        if is_typeddict(kind):
            return self._reference(kind)
        return {"type": "object"}

    def _reference(self, kind: Any) -> Schema:
        name = kind.__name__
        if name not in self.named:
            self.named[name] = {}
            example = {"examples": [kind.__example__]} if hasattr(kind, "__example__") else {}
            self.named[name] = {**self._fields(kind, {}), **example}
        return {"$ref": f"#/components/schemas/{name}"}

    def _fields(self, kind: Any, variables: dict[Any, Any]) -> Schema:
        hints = get_type_hints(kind, include_extras=True)
        types = {name: _unwrap(hint) for name, hint in hints.items()}
        return {
            "type": "object",
            "description": cleandoc(kind.__doc__ or ""),
            "required": [name for name in hints if name in kind.__required_keys__],
            "properties": {name: self.of(hint, variables) for name, hint in types.items()},
            "additionalProperties": False,
        }

    def _either(self, schemas: list[Schema]) -> Schema:
        """Return the schema of a union: a nullable type for `X | None`, else `anyOf`."""
        if len(schemas) == 2 and schemas[1] == {"type": "null"} and isinstance(schemas[0].get("type"), str):  # noqa: PLR2004
            return {**schemas[0], "type": [schemas[0]["type"], "null"]}
        return {"anyOf": schemas}


def _unwrap(hint: Any) -> Any:
    """Return the type of a field, without `NotRequired`."""
    return get_args(hint)[0] if get_origin(hint) is NotRequired else hint


def _choice(values: Any) -> Schema:
    allowed = {"const": values[0]} if len(values) == 1 else {"enum": list(values)}
    return {"type": "string", **allowed}
