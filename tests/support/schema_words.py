"""A JSON schema in one line: `{id, size: integer, role?: "read" or "write", items: [Member]}`."""

from typing import Any

# Longer lists, such as the roles, are in the specification.
_MOST_VALUES = 3
# The formats that a reader cannot guess from the name of the field.
_FORMATS = {"binary", "date", "date-time", "uri"}


def shape(schema: dict[str, Any]) -> str:
    """Return what a value of the schema is, such as `integer or null`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema and "properties" not in schema:
        return " or ".join(shape(part) for part in schema["anyOf"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "properties" in schema:
        return members(schema["properties"], schema.get("required", []))
    if "enum" in schema:
        values = [f'"{value}"' for value in schema["enum"]]
        return " or ".join(values) if len(values) <= _MOST_VALUES else "string"
    return _plain(schema)


def members(properties: dict[str, Any], required: list[str]) -> str:
    """Return the fields of an object in braces, the optional ones with a question mark."""
    return "{" + ", ".join(_member(name, part, name in required) for name, part in properties.items()) + "}"


def _member(name: str, schema: dict[str, Any], required: bool) -> str:  # noqa: FBT001
    words = shape(schema) if required else shape(schema).removesuffix(" or null")
    optional = "" if required else "?"
    return f"{name}{optional}" + (f": {words}" if words not in {"", "string"} else "")


def _plain(schema: dict[str, Any]) -> str:
    kinds = schema.get("type", "string")
    if kinds == "array":
        return f"[{shape(schema['items'])}]"
    names = [kinds] if isinstance(kinds, str) else kinds
    return " or ".join(_text(schema) if name == "string" else name for name in names)


def _text(schema: dict[str, Any]) -> str:
    form = schema.get("format", "string")
    return form if form in _FORMATS else "string"
