"""Ways to upload, for tests: forms with a file, and what lies on disk afterwards."""

import io
from pathlib import Path

from werkzeug.test import TestResponse

from tests.support.cast import Cast
from tests.support.clients import Api
from tests.support.portal import Portal


def upload(
    api: Api, app: str, version: str, content: bytes, filename: str = "b.zip", **fields
) -> TestResponse:
    """Upload as a program does: the fields, then the file."""
    form = {"app_id": app, "version": version, **fields, "file": (io.BytesIO(content), filename)}
    return api.send("POST", "/bundle/", data=form, content_type="multipart/form-data")


def files_of(portal: Portal) -> list[Path]:
    """Every file below the folder of bundles, drafts too."""
    return sorted(path for path in portal.config.bundles.rglob("*") if path.is_file())


def make_app(cast: Cast, name: str = "Atlas") -> str:
    """An app of the cast's organization."""
    return str(cast.api("alice").post("/app/", orgId=cast.org, name=name).get_json()["data"]["id"])


def foreign_app(cast: Cast) -> str:
    """An app of an organization that only Charlie belongs to."""
    org = cast.portal.organization(cast.charlie, "Elsewhere")
    return str(cast.api("charlie").post("/app/", orgId=org, name="Theirs").get_json()["data"]["id"])
