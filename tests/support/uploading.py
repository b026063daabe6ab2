"""Uploads for tests, and the files that they leave on disk."""

import io
from pathlib import Path

from werkzeug.test import TestResponse

from tests.support.cast import Cast
from tests.support.clients import Api
from tests.support.portal import Portal


def upload(
    api: Api, app: str, version: str, content: bytes, filename: str = "b.zip", **fields
) -> TestResponse:
    """Upload as an API client does: the fields, then the file."""
    form = {"app_id": app, "version": version, **fields, "file": (io.BytesIO(content), filename)}
    return api.send("POST", "/bundle/", data=form, content_type="multipart/form-data")


def files_of(portal: Portal) -> list[Path]:
    """Return every file in the folder of bundles, drafts included."""
    return sorted(path for path in portal.config.bundles.rglob("*") if path.is_file())


def make_app(cast: Cast, name: str = "Atlas") -> str:
    """Create an app in the cast's organization."""
    return str(cast.api("alice").post("/app/", orgId=cast.org, name=name).get_json()["data"]["id"])


def foreign_app(cast: Cast) -> str:
    """Create an app in an organization that only Charlie belongs to."""
    org = cast.portal.organization(cast.charlie, "Elsewhere")
    return str(cast.api("charlie").post("/app/", orgId=org, name="Theirs").get_json()["data"]["id"])
