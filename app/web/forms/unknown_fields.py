"""Decide when unknown fields and query parameters are refused."""

from app.base.codes import Code
from app.base.errors import InvalidInput
from app.web import unit_of_work
from app.web.forms.forms import NO_FIELDS, Operation, unknown_field
from app.web.request import incoming
from app.web.response import replies


def asks_for_page() -> bool:
    """Return whether the request is for a page; links to pages may have parameters such as `utm_source`."""
    return not unit_of_work.changes() and not replies.speaks_json()


def check_query(form: Operation) -> None:
    """Raise `InvalidInput` for a program's query on a change with a body, which would be ignored."""
    if form.ignores_unknown or not replies.speaks_json():
        return
    declared = form.names()
    for name in incoming.query_beside_body():
        if name in declared:
            raise InvalidInput(Code.FIELD_MISPLACED, f"{name} belongs in the body", field=name)
        if name not in NO_FIELDS:
            raise unknown_field(name, declared)
