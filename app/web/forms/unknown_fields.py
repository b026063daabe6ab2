"""When a request may bring what its operation does not know; `forms.Operation` names the operations."""

from app.base.errors import InvalidInput
from app.web import unit_of_work
from app.web.forms.forms import NO_FIELDS, Operation, unknown_field
from app.web.request import incoming
from app.web.response import replies


def asks_for_page() -> bool:
    """Tell whether a person follows a link, to which others add parameters of their own (`utm_source`)."""
    return not unit_of_work.changes() and not replies.speaks_json()


def check_query(form: Operation) -> None:
    """Refuse a program's query beside the body of a change: what is meant there would have no effect."""
    if form.ignores_unknown or not replies.speaks_json():
        return
    declared = form.names()
    for name in incoming.query_beside_body():
        if name in declared:
            raise InvalidInput(f"{name} belongs in the body", field=name)
        if name not in NO_FIELDS:
            raise unknown_field(name, declared)
