"""The data of a fuzzing run: a team with an app and a bundle, and its owner's credentials."""

import io
from dataclasses import dataclass
from typing import Any

from app.base.permissions import Role
from tests.support.serving import Served


@dataclass(frozen=True)
class Scene:
    """Existing objects by their names in `schemathesis.toml`, and the credentials."""

    known: dict[str, str]
    key: dict[str, str]
    session: dict[str, str]


def set_up(served: Served) -> Scene:
    """Create the data in a running portal."""
    portal = served.portal
    owner, member, stranger = (portal.person(name) for name in ("Olive", "Mona", "Stan"))
    organization = portal.organization(owner)
    portal.join(organization, member, Role.WRITE)
    api = portal.api(portal.key(owner))
    app = api.post("/app/", orgId=organization, name="Shop").get_json()["data"]["id"]
    file: dict[str, Any] = {"app_id": app, "version": "1.0.0", "file": (io.BytesIO(b"a bundle"), "shop.zip")}
    bundle = api.send("POST", "/bundle/", data=file).get_json()["data"]["id"]

    browser = portal.browser(owner)
    token = browser.token()
    cookie = browser.cookie()
    assert cookie is not None
    return Scene(
        known={
            "organization": organization,
            "app": app,
            "bundle": bundle,
            "member": member.email,
            "stranger": stranger.email,
        },
        key={"key": api.headers["Authorization"]},
        session={"session": cookie.value, "csrf": token},
    )
