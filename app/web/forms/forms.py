"""Forms: one class per operation declares its input, and reads it from JSON, forms and queries."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar, cast

from werkzeug.datastructures import MultiDict
from wtforms import Field as FormField
from wtforms import Form

from app.base.codes import Code
from app.base.errors import DomainError, InvalidInput
from app.text import names
from app.web.forms.base_field import Field
from app.web.forms.fields import (
    EmailField,
    NameField,
    NumberField,
    OrganizationField,
    RoleField,
    SecretField,
    TextField,
    UrlField,
)
from app.web.forms.paging_fields import CursorField, LimitField
from app.web.forms.several_fields import SeveralField
from app.web.forms.yes_no_fields import YesNoField
from app.web.request import incoming
from app.web.request.incoming import Fields, RepeatedValues

__all__ = [
    "Anything",
    "CursorField",
    "EmailField",
    "Field",
    "InOrganization",
    "LimitField",
    "NameField",
    "Nothing",
    "NumberField",
    "Operation",
    "OrganizationField",
    "RoleField",
    "SecretField",
    "SeveralField",
    "TextField",
    "UrlField",
    "WithNext",
    "YesNoField",
]

# Names in HTML forms that are not fields: the CSRF token, the method override, the button.
NO_FIELDS = frozenset({"csrf_token", "_method", "submit"})
LONGEST_SHOWN = 50

# The form of an operation, shared by its guard, its view and its redraw function.
F = TypeVar("F", bound="Operation")


class Operation(Form):
    """The base class of forms, which fill themselves from fields and raise the first refusal."""

    # Only the six documented operations and the probes ignore unknown fields: elsewhere, a misspelled field
    # would silently give the caller more, or less, than was asked for.
    ignores_unknown: ClassVar[bool] = False
    # Names that may be sent besides the fields, and are read elsewhere.
    besides: ClassVar[frozenset[str]] = NO_FIELDS
    # A body for the specification, where the examples of all fields would not fit together.
    example: ClassVar[Mapping[str, Any] | None] = None

    def fill(self, fields: Fields, *, ignoring: bool = False) -> None:
        """Set and check the declared fields.

        Raises `InvalidInput` for the first wrong field in the order of checks, and for unknown fields unless
        they are ignored.
        """
        declared = self.names()
        self.process(MultiDict([(name, value) for name, value in fields.items() if name in declared]))
        for field in self:
            value = fields.get(field.name)
            if isinstance(value, RepeatedValues) and not isinstance(field, SeveralField):
                raise InvalidInput(Code.FIELD_REPEATED, f"{field.name} is given twice", field=field.name)
        if not (ignoring or self.ignores_unknown):
            self._refuse_unknown(fields)
        self._refuse_empty(fields)
        if not self.validate():
            raise self._refusal()

    def names(self) -> list[str]:
        """Return the names of the fields, as used in requests."""
        return [field.name for field in self]

    @classmethod
    def required_names(cls) -> list[str]:
        """Return the names of the required fields."""
        return [field.name for field in cls() if isinstance(field, Field) and field.required]

    def add_error(self, error: DomainError) -> None:
        """Attach a service's refusal to its field, for drawing the form again."""
        for field in self:
            if field.name == error.field:
                field.errors = [error.error]

    def _refuse_unknown(self, fields: Fields) -> None:
        declared = self.names()
        for name in fields:
            if name not in declared and name not in self.besides:
                raise unknown_field(name, declared)

    def _refuse_empty(self, fields: Fields) -> None:
        """Refuse an empty text in JSON for strict fields; HTML forms cannot send anything else for "none"."""
        for field in self:
            if isinstance(field, Field) and field.strict and field.name in fields and incoming.sent_as_json():
                field.refuse_empty(fields[field.name])

    def _refusal(self) -> InvalidInput:
        failed = [field for field in self if field.errors]
        missing = [field for field in failed if _is_missing(field)]
        first = (missing or failed)[0]
        refusal = cast("InvalidInput", first.errors[0])
        refusal.field = first.name
        return refusal


class InOrganization(Operation):
    """The organization that the operation applies to."""

    org_id = OrganizationField()


class Nothing(Operation):
    """An operation that takes no input."""


class WithNext(Nothing):
    """A form whose query may contain `next`, the page to continue to."""

    besides = NO_FIELDS | {"next"}


class Anything(Operation):
    """An operation that ignores all input, because monitors add random numbers to bypass caches."""

    ignores_unknown = True


def unknown_field(name: str, known: list[str]) -> InvalidInput:
    """Return the refusal of an unknown field, with a list of the `known` ones."""
    shown = names.printable(name[:LONGEST_SHOWN])
    message = f"This request takes {', '.join(known)}." if known else "This request takes no fields."
    error = f"Unknown field: {shown}" if shown else "A field has no name"
    return InvalidInput(Code.UNKNOWN_FIELD, error, message=message, field=shown or None)


def _is_missing(field: FormField) -> bool:
    return isinstance(field, Field) and field.is_missing
