"""Forms of the operations on the actor's API keys."""

from typing import ClassVar

from app.base.codes import Code
from app.routes.login import reauthentication
from app.services.keys import keys
from app.web.forms.base_field import Invalid
from app.web.forms.forms import Field, NameField, NumberField, Operation, RoleField, TextField, YesNoField


def _expiry() -> Field[int | None]:
    return NumberField.optional(
        "Expires",
        "The number of days until the key expires.",
        least=1,
        most=keys.LONGEST_DAYS,
        blank=True,
        null_for_none=True,
        example=90,
    )


class KeyCreate(reauthentication.Reauthenticated):
    """The API key to create.

    Without `org_id`, the key works in all your organizations. Without `expires_in_days`, it never expires.
    A key that never expires, or with a role of `admin` or above, requires `password` or `code`.
    """

    example: ClassVar = {"name": "deploy", "role": "upload", "org_id": "org_123", "expires_in_days": 90}

    name = NameField("Name", longest=keys.NAME_LENGTH)
    role = RoleField("Highest role", "The highest role that the key can use.", required="Role is required")
    org_id = TextField.optional(
        "Organization",
        "The ID of the organization to limit the key to. If null or omitted, it works in all of yours.",
        null_for_none=True,
        example="org_123",
    )
    expires_in_days = _expiry()


class KeyChange(reauthentication.Reauthenticated):
    """The API key to rename, or to give a new secret with `regenerate`.

    The old secret keeps working for `overlap_hours`. Without `expires_in_days`, the expiry stays the same. If
    creating such a key requires `password` or `code`, so does a new secret.
    """

    id = TextField("Key", "The ID of the API key.", example="key_123")
    name = NameField.optional("Name", longest=keys.NAME_LENGTH)
    regenerate = YesNoField.optional("New secret", "Whether to replace the secret.", explicit=True)
    overlap_hours = NumberField.optional(
        "Old secret keeps working",
        "The number of hours that the old secret keeps working. Defaults to 0.",
        least=0,
        most=keys.LONGEST_OVERLAP_HOURS,
        blank=True,
        example=24,
    )
    expires_in_days = _expiry()

    def validate_regenerate(self, field: Field[bool | None]) -> None:
        """Refuse a request without a change."""
        alone = not self.overlap_hours.given and not self.expires_in_days.given
        if alone and not field.value and not self.name.given:
            raise Invalid(Code.FIELD_REQUIRED, "name or regenerate is required")

    def validate_overlap_hours(self, field: Field[int | None]) -> None:
        """Refuse an overlap without a new secret."""
        self._check_renewal(field)

    def validate_expires_in_days(self, field: Field[int | None]) -> None:
        """Refuse a new expiry without a new secret."""
        self._check_renewal(field)

    def _check_renewal(self, field: Field[int | None]) -> None:
        if field.value is not None and not self.regenerate.value:
            raise Invalid(Code.FIELD_CONFLICT, f"{field.name} only goes with regenerate")


class KeyReference(Operation):
    """The ID of an API key."""

    id = TextField("Key", "The ID of the API key.", example="key_123")
