"""JSON types of apps and bundles."""

from typing import Annotated, TypedDict

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
