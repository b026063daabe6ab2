"""Apps and their bundles."""

from typing import Annotated, TypedDict

from app.web.json_types.texts import AppId, Moment, OrganizationId, Says, UserId


class App(TypedDict):
    """An app; `storage` is the size of its bundles in bytes."""

    id: AppId
    org_id: OrganizationId
    name: str
    created_at: Moment
    created_by: UserId
    bundles: int
    latest_version: str | None
    storage: int


class Bundle(TypedDict):
    """A bundle; `size` is in bytes, `checksum` is SHA-256 in hex."""

    id: Annotated[str, Says(examples=["bundle_123"])]
    app_id: AppId
    version: Annotated[str, Says(examples=["1.4.0"])]
    size: int
    checksum: Annotated[str, Says(pattern="^[0-9a-f]{64}$")]
    filename: str
    created_at: Moment
    created_by: UserId
