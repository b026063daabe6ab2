"""Forms of the operations on the actor's API keys."""

from wtforms.validators import ValidationError

from app.routes.login import proofs
from app.services.keys import keys
from app.web.forms.forms import Field, NameField, NumberField, Operation, RoleField, TextField, YesNoField

NAME_MISSING = "Name is required"


def _expiry() -> Field[int | None]:
    return NumberField.optional("Expires", least=1, most=keys.LONGEST_DAYS, blank=True, null_for_none=True)


class KeyCreate(proofs.Proven):
    """The API key to create.

    Without `org_id`, the key works in all your organizations. Without `expires_in_days`, it never expires.
    A key that never expires, or with a role of `admin` or above, requires `password` or `code`.
    """

    name = NameField("Name", missing=NAME_MISSING, required=NAME_MISSING, longest=keys.NAME_LENGTH)
    role = RoleField("Highest role", required="Role is required")
    org_id = TextField.optional("Organization", null_for_none=True)
    expires_in_days = _expiry()


class KeyChange(proofs.Proven):
    """The API key to rename, or to give a new secret with `regenerate`.

    The old secret keeps working for `overlap_hours`. Without `expires_in_days`, the expiry stays the same. If
    creating such a key requires `password` or `code`, so does a new secret.
    """

    id = TextField("Key", required="id is required")
    name = NameField.optional("Name", missing=NAME_MISSING, longest=keys.NAME_LENGTH)
    regenerate = YesNoField.optional("New secret", explicit=True)
    overlap_hours = NumberField.optional(
        "Old secret keeps working", least=0, most=keys.LONGEST_OVERLAP_HOURS, blank=True
    )
    expires_in_days = _expiry()

    def validate_regenerate(self, field: Field[bool | None]) -> None:
        """Refuse a request without a change."""
        alone = not self.overlap_hours.given and not self.expires_in_days.given
        if alone and not field.value and not self.name.given:
            raise ValidationError("name or regenerate is required")

    def validate_overlap_hours(self, field: Field[int | None]) -> None:
        """Refuse an overlap without a new secret."""
        self._check_renewal(field)

    def validate_expires_in_days(self, field: Field[int | None]) -> None:
        """Refuse a new expiry without a new secret."""
        self._check_renewal(field)

    def _check_renewal(self, field: Field[int | None]) -> None:
        if field.value is not None and not self.regenerate.value:
            raise ValidationError(f"{field.name} only goes with regenerate")


class KeyOnly(Operation):
    """The ID of an API key."""

    id = TextField("Key", required="id is required")
