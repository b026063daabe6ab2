"""The table of audit events, and what `audit.record` refuses."""

import ast
import re

import pytest

from app.base.events import Event
from app.services.core import audit
from tests.support import event_list
from tests.support.sources import SOURCES, attribute, base, relative, tree

# The form of a recorded name, such as `member.role_changed`.
NAME = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
# The table itself, migrations, and the permissions, one of which has the name of an event.
EXEMPT = ("base/", "migrations/", "base/permissions.py")


def record(cast, event, **details):
    with cast.portal.writing():
        audit.record(event, None, cast.org, organization_id=cast.org, **details)


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"before": {"role": "read"}},
        {"before": {"role": "read"}, "after": {}},
        {"before": {"role": "read"}, "after": {"role": "write", "email": "rita@crew.test"}},
        {"before": {"rank": "read"}, "after": {"role": "write"}},
        {"after": {"role": "write"}},
    ],
)
def test_wrong_details_for_an_event_raise_a_type_error(cast, details):
    before = cast.portal.audit()

    with pytest.raises(TypeError, match=r"member\.role_changed: wrong details"):
        record(cast, Event.MEMBER_ROLE_CHANGED, **details)

    assert cast.portal.audit() == before


@pytest.mark.parametrize(
    ("event", "details"),
    [
        (Event.MEMBER_ROLE_CHANGED, {"before": {"role": "read"}, "after": {"role": "write"}}),
        (Event.ORGANIZATION_UPDATED, {"before": {"logo": None}, "after": {"logo": "https://a.test/a.png"}}),
        (Event.TWO_FACTOR_REQUIRED, {"after": {"deadline": "2026-11-20T09:00:00Z"}}),
        (Event.AUDIT_READ, {}),
    ],
    ids=str,
)
def test_details_that_fit_the_event_are_recorded(cast, event, details):
    record(cast, event, **details)

    entry = cast.portal.audit(event.value)[-1]
    assert (entry.before, entry.after) == (details.get("before"), details.get("after"))


def test_every_event_is_used_by_a_service():
    recorded = {
        node.attr
        for path in SOURCES
        if relative(path).startswith("services/")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and base(node) == "Event"
    }

    assert recorded == set(Event.__members__)


def test_event_names_are_written_only_in_the_table():
    names = {event.value for event in Event}
    quoted = {
        (relative(path), node.value)
        for path in SOURCES
        if not relative(path).startswith(EXEMPT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and node.value in names
    }

    assert quoted == set()


def test_event_names_and_labels_are_well_formed_and_labels_unique():
    labels = [event.label for event in Event]

    assert all(NAME.fullmatch(event.value) for event in Event)
    assert len(set(labels)) == len(labels)
    assert all(label == label[:1].upper() + label[1:] and not label.endswith(".") for label in labels)


def test_list_in_the_docs_matches_the_table():
    """`make docs` generates the list."""
    assert event_list.PATH.read_text() == event_list.render()


def test_only_the_audit_service_appends_entries():
    callers = {
        relative(path)
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and attribute(node.func) == "append"
        and base(node.func) == "audit_chain"
    }

    assert callers == {"services/core/audit.py"}
