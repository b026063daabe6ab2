"""The JSON API of apps and bundles: types of answers, and descriptions of operations."""

from typing import Annotated, TypedDict

from app.base.clock import rfc3339
from app.base.codes import Code
from app.services.apps.apps import AppView
from app.services.apps.bundles import BundleView
from app.web.json_types import Page, Success, SuccessWith
from app.web.json_types.description import Description
from app.web.json_types.texts import AppId, Keywords, Moment, OrganizationId, UserId


class App(TypedDict):
    """An app. `bundles` is the number of its bundles, `storage` their total size in bytes."""

    id: AppId
    org_id: OrganizationId
    name: str
    created_at: Moment
    created_by: UserId
    bundles: int
    latest_version: str | None
    storage: int


class Bundle(TypedDict):
    """A bundle. `size` is in bytes; `checksum` is the SHA-256 of the file in hex."""

    id: Annotated[str, Keywords(examples=["bundle_123"])]
    app_id: AppId
    version: Annotated[str, Keywords(examples=["1.4.0"])]
    size: int
    checksum: Annotated[str, Keywords(pattern="^[0-9a-f]{64}$")]
    filename: str
    created_at: Moment
    created_by: UserId


def app(view: AppView) -> App:
    """Return an app."""
    return {
        "id": view.id,
        "org_id": view.organization_id,
        "name": view.name,
        "created_at": rfc3339(view.created_at),
        "created_by": view.created_by,
        "bundles": view.bundles,
        "latest_version": view.latest_version,
        "storage": view.storage,
    }


def bundle(view: BundleView) -> Bundle:
    """Return a bundle."""
    return {
        "id": view.id,
        "app_id": view.app_id,
        "version": view.version,
        "size": view.size,
        "checksum": view.checksum,
        "filename": view.filename,
        "created_at": rfc3339(view.created_at),
        "created_by": view.created_by,
    }


_UNKNOWN = {404: (Code.APP_NOT_FOUND,)}
_ALREADY = {409: (Code.APP_EXISTS,)}

APPS_INDEX = Description("Apps", Page[App])
CREATE = Description("Apps", SuccessWith[App], refusals={409: (Code.APP_EXISTS, Code.APP_LIMIT)})
RENAME = Description("Apps", SuccessWith[App], refusals={**_UNKNOWN, **_ALREADY})
APPS_REMOVE = Description("Apps", Success, refusals=_UNKNOWN)
BUNDLES_INDEX = Description("Bundles", Page[Bundle], refusals=_UNKNOWN)
UPLOAD = Description(
    "Bundles",
    SuccessWith[Bundle],
    refusals={**_UNKNOWN, 409: (Code.VERSION_EXISTS, Code.STORAGE_LIMIT), 507: (Code.NO_SPACE,)},
)
BUNDLES_REMOVE = Description("Bundles", Success, refusals={404: (Code.APP_NOT_FOUND, Code.BUNDLE_NOT_FOUND)})
DOWNLOAD = Description(
    "Bundles",
    files={"application/octet-stream": "The file. Its `ETag` is the checksum."},
    refusals={404: (Code.BUNDLE_NOT_FOUND,)},
)
