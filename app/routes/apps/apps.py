"""`/app/`: list, create, rename and delete apps."""

from flask import Blueprint, url_for

from app.base.events import Event
from app.base.permissions import Action
from app.routes.apps import api
from app.services.apps import apps
from app.services.apps.apps import AppAccess
from app.services.core.actors import Access, Actor
from app.storage import database
from app.web.forms.forms import CursorField, InOrganization, LimitField, NameField, Operation, TextField
from app.web.guard import authentication
from app.web.guard.access import remember_access, require_access, requires
from app.web.response import replies, screens
from app.web.response.replies import Flash, Payload, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("apps", __name__)


class AppList(InOrganization):
    """The page of an organization's apps to list."""

    limit = LimitField.optional()
    cursor = CursorField.optional("Cursor")


class AppCreate(InOrganization):
    """The app to create."""

    name = NameField("Name", example="Shop")


class AppReference(Operation):
    """The ID of an app."""

    app_id = TextField("App", "The ID of the app.", name="id", example="app_123")


class AppRename(AppReference):
    """The app to rename, and its new name."""

    name = NameField("Name", example="Storefront")


def by_app(actor: Actor, form: AppReference, action: Action) -> AppAccess:
    """Return the actor's access to the app in the form. Raises `NotFound` or `NotPermitted`."""
    return apps.require(actor, form.app_id.value, action, changing=database.changing())


@routes.get("/app/")
@requires(Action.ORGANIZATION_READ, AppList, api=api.APPS_INDEX)
def index(access: Access, form: AppList) -> Shown:
    """List the apps of an organization."""
    return replies.shown(lambda: _payload(access, form), lambda: list_screen(access, form.cursor.value))


@routes.post("/app/")
@requires(
    Action.APPS_MANAGE,
    AppCreate,
    redraw=lambda form: new_screen(form),
    refused_as=Event.APP_CREATED,
    api=api.CREATE,
)
def create(access: Access, form: AppCreate) -> Reply:
    """Create an app."""
    created = apps.create(access, name=form.name.value)

    return replies.changed(
        {"status": "OK", "data": api.app(created)},
        Flash("success", f"{created.name} is ready.", "Upload its first bundle."),
        to=url_for("bundles.index", app_id=created.id),
    )


@routes.put("/app/")
@requires(
    Action.APPS_MANAGE,
    AppRename,
    find_access=by_app,
    redraw=lambda form: rename_screen(form),
    refused_as=Event.APP_RENAMED,
    api=api.RENAME,
)
def rename(access: AppAccess, form: AppRename) -> Reply:
    """Rename an app."""
    renamed = apps.rename(access, name=form.name.value)

    return replies.changed(
        {"status": "OK", "data": api.app(renamed)},
        Flash("success", f"The app is now called {renamed.name}."),
        to=url_for("bundles.index", app_id=renamed.id),
    )


@routes.delete("/app/")
@requires(
    Action.APPS_MANAGE, AppReference, find_access=by_app, refused_as=Event.APP_DELETED, api=api.APPS_REMOVE
)
def remove(access: AppAccess, form: AppReference) -> Reply:
    """Delete an app and its bundles."""
    apps.remove(access)

    return replies.changed(
        {"status": "OK"},
        Flash("success", f"{access.app.name} was deleted, with its bundles."),
        to=url_for("apps.index", orgId=access.organization.id),
    )


def list_screen(access: Access, cursor: str | None = None) -> Screen:
    """Return the page of an organization's apps."""
    page = apps.in_organization(access.organization.id, limit=apps.PAGE, cursor=cursor)
    context = {
        "apps": page.rows,
        "next_cursor": page.next_cursor,
        "storage": apps.storage_used(access.organization.id),
    }
    return Screen("apps/index.html", "apps/_list.html", "apps", context)


def new_screen(form: AppCreate) -> Screen:
    """Return the page with the form for creating an app."""
    require_access(authentication.actor(), form.org_id.value, Action.APPS_MANAGE)
    return screens.form("apps/_new_form.html", "new-app-form", title="New app", section="apps", form=form)


def rename_screen(form: AppRename) -> Screen:
    """Return the page with the form for renaming an app."""
    access = remember_access(by_app(authentication.actor(), form, Action.APPS_MANAGE))
    title, app = f"Rename {access.app.name}", access.app
    return screens.form(
        "apps/_rename_form.html", "rename-app-form", title=title, section="apps", form=form, app=app
    )


def _payload(access: Access, form: AppList) -> Payload:
    page = apps.in_organization(access.organization.id, limit=form.limit.value, cursor=form.cursor.value)
    return replies.paged(page, api.app)
