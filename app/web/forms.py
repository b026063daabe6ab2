"""Forms: one class per operation says what it takes; the same class reads JSON, forms and queries."""

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form

from app.errors import InvalidInput
from app.web.fields import (
    EmailField,
    NameField,
    NumberField,
    OrganizationField,
    RoleField,
    SecretField,
    TextField,
    UrlField,
    YesNoField,
)
from app.web.incoming import Fields, RepeatedValues
from app.web.several_fields import SeveralField

__all__ = [
    "EmailField",
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


class Operation(Form):
    """A form of ours: fills itself from fields, and raises the refusal that comes first."""

    def fill(self, fields: Fields) -> None:
        """Take what this operation declares, and judge it; whatever else was sent is ignored."""
        declared = {field.name for field in self}
        self.process(MultiDict([(name, value) for name, value in fields.items() if name in declared]))
        for field in self:
            value = fields.get(field.name)
            if isinstance(value, RepeatedValues) and not isinstance(field, SeveralField):
                raise InvalidInput(f"{field.name} is given twice", field=field.name)
        if not self.validate():
            raise self._refusal()

    @classmethod
    def required_names(cls) -> list[str]:
        """List the fields that may not be absent."""
        return [field.name for field in cls() if isinstance(field, TextField) and field.required]

    def add_error(self, error: InvalidInput) -> None:
        """Show a refusal of the service at its field, when the form is drawn again."""
        for field in self:
            if field.name == error.field:
                field.errors = [error.error]

    def _refusal(self) -> InvalidInput:
        failed = [field for field in self if field.errors]
        absent = [field for field in failed if _absent(field)]
        first = (absent or failed)[0]
        return InvalidInput(str(first.errors[0]), field=first.name)


class Nothing(Operation):
    """An operation that takes no input."""


def _absent(field: Field) -> bool:
    return isinstance(field, TextField) and field.absent
