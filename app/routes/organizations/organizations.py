"""`/organization/`: list, show, create, update and delete organizations."""

from flask import Blueprint, url_for

from app.base.events import Event
from app.base.permissions import Action
from app.routes.organizations import api
from app.routes.organizations.forms import (
    OrganizationCreate,
    OrganizationDelete,
    OrganizationRead,
    OrganizationUpdate,
)
from app.routes.organizations.screens import list_screen, overview_screen
from app.services.core import organization_access
from app.services.core.actors import Access, Actor, OrganizationView
from app.services.organizations import organizations
from app.web.forms.forms import InOrganization, Nothing
from app.web.guard import authentication
from app.web.guard.access import require_access, requires, signed_in
from app.web.response import replies, screens
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("organizations", __name__)

INVITE_NEXT = "Invite the people you work with."


@routes.get("/organization/")
@signed_in(OrganizationRead, api=api.ORGANIZATIONS_INDEX)
def index(actor: Actor, form: OrganizationRead) -> replies.Result:
    """Retrieve an organization, or list your organizations.

    Without `orgId`, the response is a list. It contains no organizations with a pending invitation.
    """
    if form.org_id.value is not None:
        return _show(require_access(actor, form.org_id.value, Action.ORGANIZATION_READ))
    return replies.shown(
        lambda: {
            "data": [api.organization(mine.organization) for mine in organization_access.list_own(actor)]
        },
        lambda: list_screen(actor),
    )


@routes.put("/organization/")
@signed_in(
    OrganizationCreate,
    redraw=lambda form: _new_screen(form),
    refused_as=Event.ORGANIZATION_CREATED,
    api=api.CREATE,
)
def create(actor: Actor, form: OrganizationCreate) -> Reply:
    """Create an organization."""
    created = organizations.create(actor, name=form.name.value)

    return replies.changed(
        {"status": "Organization created", "id": created.id},
        _created(actor, created),
        to=url_for("organizations.index", orgId=created.id),
    )


@routes.post("/organization/")
@requires(
    Action.ORGANIZATION_UPDATE,
    OrganizationUpdate,
    redraw=lambda form: _settings_screen(form),
    refused_as=Event.ORGANIZATION_UPDATED,
    api=api.UPDATE,
)
def update(access: Access, form: OrganizationUpdate) -> Reply:
    """Update an organization."""
    updated = organizations.update(
        access, name=form.name.value, logo=form.logo.value, management_email=form.management_email.value
    )

    return replies.changed(
        {"status": "Organization updated", "data": api.organization(updated)},
        Flash("success", "Settings saved."),
        to=url_for("organizations.settings", orgId=updated.id),
    )


@routes.delete("/organization/")
@requires(
    Action.ORGANIZATION_DELETE,
    OrganizationDelete,
    redraw=lambda form: _deletion_screen(form),
    refused_as=Event.ORGANIZATION_DELETED,
    api=api.DELETE,
)
def delete(access: Access, form: OrganizationDelete) -> Reply:
    """Delete an organization."""
    organizations.remove(access, name=form.name.value)

    return replies.changed(
        {"status": "Organization deleted", "id": access.organization.id},
        Flash("success", f"{access.organization.name} was deleted."),
        to=url_for("organizations.index"),
    )


@routes.get("/organization/new/")
@signed_in(Nothing)
def new(actor: Actor, form: Nothing) -> Shown:
    """Show the form for creating an organization."""
    return replies.page(
        lambda: _new_screen(OrganizationCreate()),
    )


@routes.get("/organization/settings/")
@requires(Action.ORGANIZATION_UPDATE, InOrganization)
def settings(access: Access, form: InOrganization) -> Shown:
    """Show the settings of an organization."""
    return replies.page(
        lambda: _settings_screen(_settings_form(access)),
    )


def _show(access: Access) -> Shown:
    return replies.shown(
        lambda: {"data": api.organization(access.organization)},
        lambda: overview_screen(access),
    )


def _created(actor: Actor, organization: OrganizationView) -> Flash:
    alike = organizations.count_named(actor, organization.name)
    text = f"You now have {alike} organizations called {organization.name}." if alike > 1 else INVITE_NEXT
    return Flash("success", f"{organization.name} is ready.", text)


def _new_screen(form: OrganizationCreate) -> Screen:
    template, target = "organizations/_new_form.html", "new-organization-form"
    return screens.form(template, target, title="New organization", section="organizations", form=form)


def _settings_screen(form: OrganizationUpdate) -> Screen:
    require_access(authentication.actor(), form.org_id.value, Action.ORGANIZATION_UPDATE)
    context = {"form": form, "delete_form": OrganizationDelete()}
    return Screen(
        "organizations/settings.html", "organizations/_settings_form.html", "settings-form", context
    )


def _deletion_screen(form: OrganizationDelete) -> Screen:
    access = require_access(authentication.actor(), form.org_id.value, Action.ORGANIZATION_DELETE)
    context = {"form": _settings_form(access), "delete_form": form}
    return Screen("organizations/settings.html", "organizations/_delete_form.html", "delete-form", context)


def _settings_form(access: Access) -> OrganizationUpdate:
    found = access.organization
    known = {"name": found.name, "logo": found.logo, "management_email": found.management_email}
    form = OrganizationUpdate(data=known)
    form.org_id.value = found.id
    return form
