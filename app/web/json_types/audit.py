"""JSON types of the audit log."""

from typing import Annotated, Any, NotRequired, TypedDict

from app.base.events import Event
from app.models import Outcome
from app.web.json_types.texts import Keywords, Moment


class ActingKey(TypedDict):
    """The credential that was used. Sessions and deleted keys have no `name`."""

    id: str
    name: NotRequired[str]


class Acting(TypedDict):
    """The account that acted. `email` is null if the account was deleted."""

    uid: str
    email: str | None


class Entry(TypedDict):
    """An entry of the audit log. `outcome` is `refused` if the action was attempted but not allowed."""

    id: str
    at: Moment
    actor: Acting | None
    key: ActingKey | None
    action: Annotated[str, Keywords(examples=[event.value for event in Event])]
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None
    outcome: Outcome
