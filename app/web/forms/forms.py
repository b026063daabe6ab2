"""Forms: one class per operation says what it takes; the same class reads JSON, forms and queries."""

from typing import ClassVar, TypeVar

from werkzeug.datastructures import MultiDict
from wtforms import Field as FormField
from wtforms import Form

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
from app.web.forms.several_fields import SeveralField
from app.web.forms.yes_no_fields import YesNoField
from app.web.request import incoming
from app.web.request.incoming import Fields, RepeatedValues

__all__ = [
    "Anything",
    "EmailField",
    "Field",
    "GoingOn",
    "InOrganization",
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
    "YesNoField",
]

# What forms send besides their fields: the token, the method they stand for, a button of the usual name.
NO_FIELDS = frozenset({"csrf_token", "_method", "submit"})
LONGEST_SHOWN = 50

# The form of an operation: what its guard fills, its view takes, and what draws it again.
F = TypeVar("F", bound="Operation")


class Operation(Form):
    """A form of ours: fills itself from fields, and raises the refusal that comes first."""

    # Only the six documented operations and the probes ignore what they do not know: everywhere else a
    # caller whose field has no effect would get more, or less, than was asked for.
    ignores_unknown: ClassVar[bool] = False
    # What may be sent besides the fields, and is read elsewhere.
    besides: ClassVar[frozenset[str]] = NO_FIELDS

    def fill(self, fields: Fields, *, ignoring: bool = False) -> None:
        """Take and judge what this operation declares.

        Raises `InvalidInput` for the field that comes first in the order of checks, and for an unknown one
        unless the caller is `ignoring` them.
        """
        declared = self.names()
        self.process(MultiDict([(name, value) for name, value in fields.items() if name in declared]))
        for field in self:
            value = fields.get(field.name)
            if isinstance(value, RepeatedValues) and not isinstance(field, SeveralField):
                raise InvalidInput(f"{field.name} is given twice", field=field.name)
        if not (ignoring or self.ignores_unknown):
            self._refuse_unknown(fields)
        self._refuse_empty(fields)
        if not self.validate():
            raise self._refusal()

    def names(self) -> list[str]:
        """List the fields, as requests name them."""
        return [field.name for field in self]

    @classmethod
    def required_names(cls) -> list[str]:
        """List the fields that may not be absent."""
        return [field.name for field in cls() if isinstance(field, Field) and field.required]

    def add_error(self, error: DomainError) -> None:
        """Show a refusal of the service at its field, when the form is drawn again."""
        for field in self:
            if field.name == error.field:
                field.errors = [error.error]

    def _refuse_unknown(self, fields: Fields) -> None:
        declared = self.names()
        for name in fields:
            if name not in declared and name not in self.besides:
                raise unknown_field(name, declared)

    def _refuse_empty(self, fields: Fields) -> None:
        """Refuse an empty text in JSON where absence grants more; forms have nothing but an empty text."""
        for field in self:
            if isinstance(field, Field) and field.strict and field.name in fields and incoming.sent_as_json():
                field.refuse_empty(fields[field.name])

    def _refusal(self) -> InvalidInput:
        failed = [field for field in self if field.errors]
        absent = [field for field in failed if _absent(field)]
        first = (absent or failed)[0]
        return InvalidInput(str(first.errors[0]), field=first.name)


class InOrganization(Operation):
    """An operation inside one organization, which `orgId` names."""

    org_id = OrganizationField()


class Nothing(Operation):
    """An operation that takes no input."""


class GoingOn(Nothing):
    """A form on the way in; the query says where to go on from there."""

    besides = NO_FIELDS | {"next"}


class Anything(Operation):
    """An address that takes no input and ignores what it gets: monitors add numbers against caches."""

    ignores_unknown = True


def unknown_field(name: str, known: list[str]) -> InvalidInput:
    """Return the refusal of a field that an operation does not know; it lists those that it does."""
    shown = names.printable(name[:LONGEST_SHOWN])
    message = f"This request takes {', '.join(known)}." if known else "This request takes no fields."
    error = f"Unknown field: {shown}" if shown else "A field has no name"
    return InvalidInput(error, message=message, field=shown or None, code="unknown_field")


def _absent(field: FormField) -> bool:
    return isinstance(field, Field) and field.absent
