"""Assertions about responses: refusals in the contract's shape, and the audit entries of a change."""

from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.base.tokens import digest
from app.models import Credential
from tests.support.clients import Api
from tests.support.portal import Portal


def assert_refused(answer: TestResponse, status: int, error: str, field: str | None = None) -> None:
    """Assert the status, the exact text, the shape, and the field at fault if one is given."""
    body = answer.get_json()
    assert (answer.status_code, body["error"], body["status"]) == (status, error, "KO"), body
    assert body.keys() - {"message", "field"} == {"error", "status", "code"}
    if field:
        assert body["field"] == field


def assert_names_field(answer: TestResponse, field: str) -> None:
    """Assert a 400 in the contract's shape whose message names the field."""
    body = answer.get_json()
    assert (answer.status_code, body["status"]) == (400, "KO"), body
    assert body.keys() - {"message", "field"} == {"error", "status", "code"}
    assert field.lower() in body["error"].lower()


def assert_refusal_shape(answer: TestResponse, status: int) -> None:
    """Assert a refusal in the contract's shape, with any text."""
    body = answer.get_json()
    assert (answer.status_code, body["status"]) == (status, "KO"), body
    assert body["error"]
    assert body.keys() - {"message", "field"} == {"error", "status", "code"}


def comparable(answer: TestResponse) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Return what equivalent answers have in common: status, body, and all headers but per-request ones."""
    own = {"X-Request-Id", "Date", "Set-Cookie"}
    return (
        answer.status_code,
        tuple(sorted(pair for pair in answer.headers if pair[0] not in own)),
        answer.data,
    )


def credential_of(portal: Portal, api: Api) -> str:
    """Return the identifier of the API key that a client uses."""
    with portal.database.reading() as db:
        found = db.scalars(
            select(Credential.id).where(Credential.digest == digest(api.headers["Authorization"]))
        )
        return found.one()


def audit_entry_of(portal: Portal, api: Api, answer: TestResponse) -> dict[str, Any]:
    """Return the only audit entry of a response, asserting that this key caused it."""
    (entry,) = changes_of(portal, answer)
    assert entry.credential_id == credential_of(portal, api)
    shown = ("actor_id", "organization_id", "action", "target", "before", "after")
    return {name: getattr(entry, name) for name in shown}


def changes_of(portal: Portal, answer: TestResponse) -> list[SimpleNamespace]:
    """Return the audit entries of the changes that one request made."""
    return [entry for entry in audit_entries_of(portal, answer) if entry.outcome == "done"]


def audit_entries_of(portal: Portal, answer: TestResponse) -> list[SimpleNamespace]:
    """Return the audit entries of one request, refusals included."""
    return [entry for entry in portal.audit() if entry.request_id == answer.headers["X-Request-Id"]]
