"""`/bundle/`: list, upload, download and delete bundles."""

import structlog
from flask import Blueprint, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.base.codes import Code
from app.base.errors import NotFound
from app.base.events import Event
from app.base.permissions import Action
from app.routes.apps import api
from app.routes.apps.apps import AppReference, by_app
from app.services.apps import bundles
from app.services.apps.apps import AppAccess
from app.services.apps.bundles import BundleAccess
from app.services.core.actors import Actor
from app.web.current import current
from app.web.forms.forms import CursorField, LimitField, Operation, TextField
from app.web.forms.upload_fields import ChecksumField, FileField, VersionField
from app.web.guard import authentication
from app.web.guard.access import receives, remember_access, requires
from app.web.request import incoming
from app.web.response import conditional, replies
from app.web.response.replies import Flash, Payload, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("bundles", __name__)
log = structlog.get_logger()

_VERSION = "The semantic version of the bundle."


class InApp(AppReference):
    """An operation on the bundles of an app."""

    app_id = TextField("App", "The ID of the app.", example="app_123")


class BundleList(InApp):
    """The page of an app's bundles to list."""

    limit = LimitField.optional()
    cursor = CursorField.optional("Cursor")


class BundleUpload(InApp):
    """The bundle to upload. If `sha256` is given, the file must have that checksum."""

    version = VersionField("Version", _VERSION, example="1.4.0")
    file = FileField("File")
    sha256 = ChecksumField.optional("SHA-256")


class BundleRemove(InApp):
    """The bundle to delete, by app and version."""

    version = VersionField("Version", _VERSION, example="1.4.0")


class BundleDownload(Operation):
    """The bundle to download."""

    bundle_id = TextField("Bundle", "The ID of the bundle.", example="bundle_123")


def for_upload(actor: Actor, form: BundleUpload, action: Action) -> AppAccess:
    """Return the access to the app, after refusing existing versions and files over the quota early."""
    access = remember_access(by_app(actor, form, action))
    bundles.check_free(access, form.version.value)
    bundles.check_quota(access, max(1, (request.content_length or 0) - 2 * incoming.LONGEST_BODY))
    return access


def by_bundle(actor: Actor, form: BundleDownload, action: Action) -> BundleAccess:
    """Return the actor's access to the bundle. Raises `NotFound` or `NotPermitted`."""
    return bundles.require(actor, form.bundle_id.value, action)


@routes.get("/bundle/")
@requires(Action.ORGANIZATION_READ, BundleList, find_access=by_app, api=api.BUNDLES_INDEX)
def index(access: AppAccess, form: BundleList) -> Shown:
    """List the bundles of an app."""
    return replies.shown(lambda: _payload(access, form), lambda: app_screen(access, form.cursor.value))


@routes.post("/bundle/")
@receives(
    Action.BUNDLES_UPLOAD,
    BundleUpload,
    find_access=for_upload,
    redraw=lambda form: _upload_screen(form),
    refused_as=Event.BUNDLE_UPLOADED,
    api=api.UPLOAD,
)
def upload(access: AppAccess, form: BundleUpload) -> Reply:
    """Upload a bundle."""
    version, checksum = form.version.value, form.sha256.value
    bundle = bundles.add(access, form.file.value, version=version, checksum=checksum)

    return replies.changed(
        {"status": "OK", "data": api.bundle(bundle)},
        Flash("success", f"{access.app.name} {version} is uploaded."),
        to=url_for("bundles.index", app_id=access.app.id),
        screen=lambda: app_screen(access),
    )


@routes.delete("/bundle/")
@requires(
    Action.APPS_MANAGE,
    BundleRemove,
    find_access=by_app,
    refused_as=Event.BUNDLE_DELETED,
    api=api.BUNDLES_REMOVE,
)
def remove(access: AppAccess, form: BundleRemove) -> Reply:
    """Delete a bundle."""
    removed = bundles.remove(access, form.version.value)

    return replies.changed(
        {"status": "OK"},
        Flash("success", f"{access.app.name} {removed.version} was deleted."),
        to=url_for("bundles.index", app_id=access.app.id),
        screen=lambda: app_screen(by_app(access.actor, form, Action.APPS_MANAGE)),
    )


@routes.get("/bundle/<bundle_id>/download/")
@requires(Action.ORGANIZATION_READ, BundleDownload, find_access=by_bundle, api=api.DOWNLOAD)
def download(access: BundleAccess, form: BundleDownload) -> ResponseReturnValue:
    """Download the file of a bundle, or a range of it."""
    bundle = access.bundle
    try:
        whole = send_file(
            bundle.path,
            mimetype="application/octet-stream",
            as_attachment=True,
            download_name=bundle.filename,
            conditional=False,
            etag=bundle.checksum,
            last_modified=bundle.created_at,
            max_age=0,
        )
        return conditional.respond(whole)
    except FileNotFoundError as error:
        log.exception("file_missing", bundle=bundle.id)
        raise NotFound(Code.BUNDLE_NOT_FOUND, message="Its file is missing. Contact the operator.") from error


def app_screen(access: AppAccess, cursor: str | None = None, form: BundleUpload | None = None) -> Screen:
    """Return the page of an app, with its bundles and the upload form."""
    page = bundles.of_app(access.app.id, limit=bundles.PAGE, cursor=cursor)
    context = {
        "app": access.app,
        "bundles": page.rows,
        "next_cursor": page.next_cursor,
        "form": form or BundleUpload(),
        "max_upload": current.settings.max_upload,
    }
    return Screen("apps/bundles/index.html", "apps/bundles/_list.html", "bundles", context)


def _upload_screen(form: BundleUpload) -> Screen:
    access = remember_access(by_app(authentication.actor(), form, Action.BUNDLES_UPLOAD))
    whole = app_screen(access, form=form)
    return Screen(whole.page, "apps/bundles/_upload_form.html", "upload-form", whole.context)


def _payload(access: AppAccess, form: BundleList) -> Payload:
    page = bundles.of_app(access.app.id, limit=form.limit.value, cursor=form.cursor.value)
    return replies.paged(page, api.bundle)
