"""What the operations on my API keys take."""

from wtforms.validators import ValidationError

from app.routes.login import proofs
from app.services.keys import keys
from app.web.forms.forms import Field, NameField, NumberField, Operation, RoleField, TextField, YesNoField

NAME_MISSING = "Name is required"


def _expiry() -> Field[int | None]:
    return NumberField.optional("Expires", least=1, most=keys.LONGEST_DAYS, blank=True, null_for_none=True)


class KeyCreate(proofs.Proven):
    """What a key is made of: no `org_id` reaches every organization, no `expires_in_days` never expires.

    A ceiling of admin or above, or no expiry, needs `password` or `code`.
    """

    name = NameField("Name", missing=NAME_MISSING, required=NAME_MISSING, longest=keys.NAME_LENGTH)
    role = RoleField("Highest role", required="Role is required")
    org_id = TextField.optional("Organization", null_for_none=True)
    expires_in_days = _expiry()


class KeyChange(proofs.Proven):
    """Which key, its new name, or that it gets a new secret, with the overlap and the new term.

    The new secret of a key that needs a proof to be made needs `password` or `code`.
    """

    id = TextField("Key", required="id is required")
    name = NameField.optional("Name", missing=NAME_MISSING, longest=keys.NAME_LENGTH)
    regenerate = YesNoField.optional("New secret", explicit=True)
    overlap_hours = NumberField.optional(
        "Old secret keeps working", least=0, most=keys.LONGEST_OVERLAP_HOURS, blank=True
    )
    expires_in_days = _expiry()

    def validate_regenerate(self, field: Field[bool | None]) -> None:
        """Refuse a change that changes nothing."""
        alone = not self.overlap_hours.given and not self.expires_in_days.given
        if alone and not field.value and not self.name.given:
            raise ValidationError("name or regenerate is required")

    def validate_overlap_hours(self, field: Field[int | None]) -> None:
        """Refuse an overlap of nothing."""
        self._check_renewal(field)

    def validate_expires_in_days(self, field: Field[int | None]) -> None:
        """Refuse a longer life for the same secret."""
        self._check_renewal(field)

    def _check_renewal(self, field: Field[int | None]) -> None:
        if field.value is not None and not self.regenerate.value:
            raise ValidationError(f"{field.name} only goes with regenerate")


class KeyOnly(Operation):
    """Which key."""

    id = TextField("Key", required="id is required")
