"""The audit log."""

from typing import Annotated, Any, NotRequired, TypedDict

from app.base.events import Event
from app.models import Outcome
from app.web.json_types.texts import Moment, Says


class ActingKey(TypedDict):
    """The credential that acted; a session, and a key that is gone, have no name."""

    id: str
    name: NotRequired[str]


class Acting(TypedDict):
    """Who acted; an account that is gone has no address."""

    uid: str
    email: str | None


class Entry(TypedDict):
    """An entry of the audit log."""

    id: str
    at: Moment
    actor: Acting | None
    key: ActingKey | None
    action: Annotated[str, Says(examples=[event.value for event in Event])]
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None
    outcome: Outcome
