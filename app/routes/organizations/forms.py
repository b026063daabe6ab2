"""What the operations on organizations take."""

from typing import ClassVar

from app.base.codes import Code
from app.web.forms.base_field import Invalid
from app.web.forms.forms import (
    EmailField,
    Field,
    InOrganization,
    NameField,
    Operation,
    OrganizationField,
    TextField,
    UrlField,
)

_NAME_MISSING = "Name is required"


class OrganizationRead(Operation):
    """The organization to retrieve; without it, all of your organizations are listed."""

    ignores_unknown = True

    org_id = OrganizationField.optional()


class OrganizationCreate(Operation):
    """The organization to create."""

    ignores_unknown = True

    org_id = OrganizationField.optional()
    name = NameField("Name")

    def validate_org_id(self, field: Field[str | None]) -> None:
        """Refuse `orgId`, and point to the method for updates."""
        if field.given:
            raise Invalid(
                Code.FIELD_MISPLACED,
                "orgId is not accepted when creating: use POST to update an organization",
            )


class OrganizationUpdate(InOrganization):
    """The settings to update. Omitted fields stay unchanged."""

    ignores_unknown = True
    example: ClassVar = {
        "orgId": "org_123",
        "name": "New Company Name",
        "management_email": "newemail@example.com",
    }

    org_id = OrganizationField(required="orgId is required: use PUT to create an organization")
    name = NameField.optional("Name")
    logo = UrlField.optional(
        "Logo",
        "The https URL of the logo, or null or an empty text to remove it.",
        example="https://example.com/logo.png",
    )
    management_email = EmailField.optional(
        "Management email", "The email address for notices about the organization as a whole."
    )


class OrganizationDelete(InOrganization):
    """The organization to delete, and its name as a confirmation."""

    name = TextField(
        "Name", "The name.", required=_NAME_MISSING, malformed=_NAME_MISSING, example="My Company"
    )
