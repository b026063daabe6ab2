"""Generate the JSON Schemas of form fields."""

from functools import singledispatch
from typing import Any

from wtforms import Field as FormField

from app.base.permissions import Role
from app.text import names, semver
from app.web.forms.base_field import Field
from app.web.forms.fields import (
    LONGEST_TEXT,
    CursorField,
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

# Text that can be stored, and text that is also not blank.
_STORABLE = r"^[^\x00]*$"
# Python also strips the ASCII separators, which `\s` in JSON Schema does not match.
_NOT_BLANK = r"^[^\x00]*[^\x00\s\x1c-\x1f\x85][^\x00]*$"
_HTTPS = r"^(https://[A-Za-z0-9._~-]+(:[0-9]{1,4})?([/?#][!#$%&()*+,./0-9:;=?A-Z_a-z~-]*)?)?$"
# Fields that accept JSON's null for "none"; the others need a value unless they are omitted.
_NULLABLE = (UrlField, YesNoField, ChecksumField, SinceField, CredentialField, SecretField)


def schema_of(field: FormField, *, in_json: bool) -> Schema:
    """Return the schema of a field, as sent in JSON or else in a form or query."""
    schema = _base_schema(field)
    if in_json and getattr(field, "null_for_none", False) and schema["type"] == "string":
        schema = {**schema, "minLength": 1, "pattern": _NOT_BLANK}
    if in_json and _nullable(field):
        schema = {**schema, "type": [schema["type"], "null"]}
    return schema


def _nullable(field: Any) -> bool:
    if field.required or getattr(field, "explicit", False):
        return False
    return isinstance(field, _NULLABLE) or getattr(field, "blank", False) or _accepts_any_text(field)


def _accepts_any_text(field: FormField) -> bool:
    """Return whether a field accepts any text."""
    return isinstance(field, TextField) and type(field).parse is TextField.parse


@singledispatch
def _base_schema(field: Any) -> Schema:
    return _text(field, LONGEST_TEXT)


@_base_schema.register
def _(field: NameField) -> Schema:
    blank = {} if field.blank else {"minLength": 1}
    return {"type": "string", **blank, "maxLength": field.longest, "format": "name"}


@_base_schema.register
def _(field: EmailField) -> Schema:  # noqa: ARG001 - selected by type
    return {"type": "string", "format": "email"}


@_base_schema.register
def _(field: RoleField) -> Schema:  # noqa: ARG001 - selected by type
    return {"type": "string", "enum": [str(role) for role in Role]}


@_base_schema.register
def _(field: UrlField) -> Schema:  # noqa: ARG001 - selected by type
    return {"type": "string", "pattern": _HTTPS, "maxLength": names.URL_LENGTH}


@_base_schema.register
def _(field: SecretField) -> Schema:
    return {**_text(field, names.URL_LENGTH), "format": "password"}


@_base_schema.register
def _(field: NumberField) -> Schema:
    return {"type": "integer", "minimum": field.least, "maximum": field.most}


@_base_schema.register
def _(field: YesNoField) -> Schema:  # noqa: ARG001 - selected by type
    return {"type": "boolean"}


@_base_schema.register(SeveralField)
def _(field: SeveralField[Any]) -> Schema:
    return {"type": "array", "minItems": 1, "maxItems": field.most, "items": {"type": "string"}}


@_base_schema.register
def _(field: SinceField) -> Schema:  # noqa: ARG001 - selected by type
    return {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}


@_base_schema.register
def _(field: CredentialField) -> Schema:  # noqa: ARG001 - selected by type
    return {"type": "object"}


@_base_schema.register
def _(field: VersionField) -> Schema:  # noqa: ARG001 - selected by type
    return {"type": "string", "pattern": f"^{semver.PATTERN}$", "maxLength": semver.LENGTH}


@_base_schema.register
def _(field: ChecksumField) -> Schema:  # noqa: ARG001 - selected by type
    return {"type": "string", "pattern": "^([0-9a-fA-F]{64})?$"}


@_base_schema.register
def _(field: FileField) -> Schema:  # noqa: ARG001 - selected by type
    return {"type": "string", "format": "binary", "minLength": 1}


def _text(field: Field[Any], longest: int) -> Schema:
    not_blank = {"minLength": 1, "pattern": _NOT_BLANK} if field.required else {"pattern": _STORABLE}
    cursor = {"format": "cursor"} if isinstance(field, CursorField) else {}
    return {"type": "string", **not_blank, "maxLength": longest, **cursor}
