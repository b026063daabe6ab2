"""`/organization/keys/`: the API keys with access to an organization."""

from flask import Blueprint, url_for

from app.base.events import Event
from app.base.permissions import Action
from app.routes.keys import api
from app.services.core.actors import Access
from app.services.keys import blocks, keys, organization_keys
from app.web.forms.forms import CursorField, InOrganization, LimitField, TextField
from app.web.guard.access import requires
from app.web.response import replies, screens
from app.web.response.replies import Flash, Payload, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("organization_keys", __name__)


class OrganizationKeyList(InOrganization):
    """The page of an organization's API keys to list."""

    limit = LimitField.optional()
    cursor = CursorField.optional("Cursor")


class OrganizationKeyReference(InOrganization):
    """An API key and the organization it has access to."""

    id = TextField("Key", "The ID of the API key.", example="key_123")


@routes.get("/organization/keys/")
@requires(Action.KEYS_MANAGE, OrganizationKeyList, api=api.ORGANIZATION_KEYS_INDEX)
def index(access: Access, form: OrganizationKeyList) -> Shown:
    """List the API keys with access to an organization."""
    return replies.shown(lambda: _payload(access, form), lambda: list_screen(access, form))


@routes.delete("/organization/keys/")
@requires(
    Action.KEYS_MANAGE,
    OrganizationKeyReference,
    refused_as=Event.KEY_BLOCKED,
    by_key=keys.BY_KEY,
    api=api.BLOCK,
)
def block(access: Access, form: OrganizationKeyReference) -> Reply:
    """Block an API key in an organization; a key limited to that organization is revoked."""
    key = blocks.block(access, form.id.value)

    outcome = "revoked" if key.organization_id else "cut off"
    return replies.changed(
        {"status": "OK"},
        Flash(
            "success", f"{key.name} of {key.display_name} is {outcome}.", "It stopped working here at once."
        ),
        to=url_for("organization_keys.index", orgId=access.organization.id),
        screen=lambda: list_screen(access),
    )


@routes.get("/organization/keys/remove/")
@requires(Action.KEYS_MANAGE, OrganizationKeyReference)
def block_form(access: Access, form: OrganizationKeyReference) -> Shown:
    """Ask for confirmation before a key is blocked, and explain the effect."""
    key = organization_keys.get(access, form.id.value)
    template, title = "keys/of_organization/_remove_form.html", f"Cut off {key.name}"
    return replies.page(lambda: screens.form(template, "cut-off-form", title=title, section="keys", key=key))


def list_screen(access: Access, form: OrganizationKeyList | None = None) -> Screen:
    """Return the page of an organization's API keys."""
    cursor = form.cursor.value if form else None
    page = organization_keys.in_organization(access, most=organization_keys.PAGE, cursor=cursor, ended=True)
    context = {"keys": page.rows, "next_cursor": page.next_cursor, "rules": access.key_rules}
    template = "keys/of_organization/_list.html"
    return Screen("keys/of_organization/index.html", template, "organization-keys", context)


def _payload(access: Access, form: OrganizationKeyList) -> Payload:
    page = organization_keys.in_organization(access, most=form.limit.value, cursor=form.cursor.value)
    return replies.paged(page, api.organization_key)
