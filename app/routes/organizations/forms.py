"""What the operations on organizations take."""

from wtforms.validators import ValidationError

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

NAME_MISSING = "Name is required"


class OrganizationRead(Operation):
    """The organization to retrieve; without it, all of your organizations are listed."""

    ignores_unknown = True

    org_id = OrganizationField.optional()


class OrganizationCreate(Operation):
    """The organization to create."""

    ignores_unknown = True

    org_id = OrganizationField.optional()
    name = NameField("Name", missing=NAME_MISSING, required=NAME_MISSING)

    def validate_org_id(self, field: Field[str | None]) -> None:
        """Refuse `orgId`, and point to the method for updates."""
        if field.given:
            raise ValidationError("orgId is not accepted when creating: use POST to update an organization")


class OrganizationUpdate(InOrganization):
    """The settings to update. Omitted fields stay unchanged."""

    ignores_unknown = True

    org_id = OrganizationField(required="orgId is required: use PUT to create an organization")
    name = NameField.optional("Name", missing=NAME_MISSING)
    logo = UrlField.optional("Logo")
    management_email = EmailField.optional("Management email")


class OrganizationDelete(InOrganization):
    """The organization to delete, and its name as a confirmation."""

    name = TextField("Name", required=NAME_MISSING, malformed=NAME_MISSING)
