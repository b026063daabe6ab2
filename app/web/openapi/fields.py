"""Schemas of input: what each kind of field takes, said in JSON Schema."""

from functools import singledispatch
from typing import Any

from wtforms import Field as FormField

from app.base.permissions import Role
from app.text import names, semver
from app.web.forms.base_field import Field
from app.web.forms.fields import (
    LONGEST_TEXT,
    EmailField,
    NameField,
    NumberField,
    RoleField,
    SecretField,
    TextField,
    UrlField,
)
from app.web.forms.moments import SinceField
from app.web.forms.passkey_fields import CredentialField
from app.web.forms.several_fields import SeveralField
from app.web.forms.upload_fields import ChecksumField, FileField, VersionField
from app.web.forms.yes_no_fields import YesNoField
from app.web.openapi.schemas import Schema

# What can be stored, and the same with something in it that is not blank.
_STORABLE = r"^[^\x00]*$"
# Python strips the separators of ASCII too, which JSON Schema calls no space.
_SOMETHING = r"^[^\x00]*[^\x00\s\x1c-\x1f\x85][^\x00]*$"
_HTTPS = r"^(https://[A-Za-z0-9._~-]+(:[0-9]{1,4})?([/?#][!#$%&()*+,./0-9:;=?A-Z_a-z~-]*)?)?$"
# Kinds of field that take JSON's null for "none"; the others need a value, or to be absent.
_NULLABLE = (UrlField, YesNoField, ChecksumField, SinceField, CredentialField, SecretField)


def schema_of(field: FormField, *, in_json: bool) -> Schema:
    """Return the schema of a field, as JSON brings it or as a form or a query does."""
    found = _described(field)
    if in_json and getattr(field, "null_for_none", False) and found["type"] == "string":
        found = {**found, "minLength": 1, "pattern": _SOMETHING}
    if in_json and _nullable(field):
        found = {**found, "type": [found["type"], "null"]}
    return found


def _nullable(field: Any) -> bool:
    if field.required or getattr(field, "explicit", False):
        return False
    return isinstance(field, _NULLABLE) or getattr(field, "blank", False) or _plain(field)


def _plain(field: FormField) -> bool:
    """Tell whether a field takes any text, under whatever name it has."""
    return isinstance(field, TextField) and type(field).parse is TextField.parse


@singledispatch
def _described(field: Any) -> Schema:
    return _text(field, LONGEST_TEXT)


@_described.register
def _(field: NameField) -> Schema:
    blank = {} if field.blank else {"minLength": 1}
    return {"type": "string", **blank, "maxLength": field.longest, "format": "name"}


@_described.register
def _(field: EmailField) -> Schema:  # noqa: ARG001 - told apart by type
    return {"type": "string", "format": "email"}


@_described.register
def _(field: RoleField) -> Schema:  # noqa: ARG001 - the same
    return {"type": "string", "enum": [str(role) for role in Role]}


@_described.register
def _(field: UrlField) -> Schema:  # noqa: ARG001 - the same
    return {"type": "string", "pattern": _HTTPS, "maxLength": names.URL_LENGTH}


@_described.register
def _(field: SecretField) -> Schema:
    return {**_text(field, names.URL_LENGTH), "format": "password"}


@_described.register
def _(field: NumberField) -> Schema:
    return {"type": "integer", "minimum": field.least, "maximum": field.most}


@_described.register
def _(field: YesNoField) -> Schema:  # noqa: ARG001 - the same
    return {"type": "boolean"}


@_described.register(SeveralField)
def _(field: SeveralField[Any]) -> Schema:
    return {"type": "array", "minItems": 1, "maxItems": field.most, "items": {"type": "string"}}


@_described.register
def _(field: SinceField) -> Schema:  # noqa: ARG001 - the same
    return {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}


@_described.register
def _(field: CredentialField) -> Schema:  # noqa: ARG001 - the same
    return {"type": "object"}


@_described.register
def _(field: VersionField) -> Schema:  # noqa: ARG001 - the same
    return {"type": "string", "pattern": f"^{semver.PATTERN}$", "maxLength": semver.LENGTH}


@_described.register
def _(field: ChecksumField) -> Schema:  # noqa: ARG001 - the same
    return {"type": "string", "pattern": "^([0-9a-fA-F]{64})?$"}


@_described.register
def _(field: FileField) -> Schema:  # noqa: ARG001 - the same
    return {"type": "string", "format": "binary", "minLength": 1}


def _text(field: Field[Any], longest: int) -> Schema:
    something = {"minLength": 1, "pattern": _SOMETHING} if field.required else {"pattern": _STORABLE}
    cursor = {"format": "cursor"} if field.name == "cursor" else {}
    return {"type": "string", **something, "maxLength": longest, **cursor}
