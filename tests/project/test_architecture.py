"""Conventions of the code, checked in its source."""

import ast
import hashlib
import re
from collections.abc import Iterator

from app.base.permissions import RULES, Action
from tests.support.sources import (
    APP,
    ROOT,
    SOURCES,
    attribute,
    base,
    files_with,
    imported_modules,
    imports,
    relative,
    tree,
)
from tests.support.sweeping import sweep

GUARDS = {"requires", "receives", "signed_in", "public", "probe", "operator"}
METHODS = {"get", "post", "put", "delete", "patch", "route"}
MOST_LINES = 200
HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"

# Actions that no route names.
NOT_NAMED = {Action.SUPER_ADMINS_MANAGE: "the rank rule covers it"}


def test_every_view_has_exactly_one_guard():
    views = list(found_views())

    wrong = {name: guards for name, guards in views if len(guards) != 1}

    assert len(views) > 30
    assert wrong == {}


def test_every_registered_view_is_guarded(portal):
    unguarded = {name for name, view in portal.app.view_functions.items() if not hasattr(view, "guard")}

    assert unguarded == {"static"}


def test_only_the_configuration_reads_the_environment():
    readers = files_with(lambda node: attribute(node) == "environ" and base(node) == "os")
    readers |= files_with(
        lambda node: attribute(node) in {"getenv", "environb"} or imports(node, "os", "environ")
    )

    assert readers == {"base/config.py", "serving.py"}
    assert set(uses_of_environ("serving.py")) == {"os.environ.setdefault"}


def test_only_the_clock_reads_the_time():
    askers = files_with(lambda node: attribute(node) in {"now", "utcnow", "today"} and base(node) != "clock")

    assert askers == {"base/clock.py"}


def test_only_the_strict_reader_reads_bodies():
    parts = {"get_json", "get_data", "form", "data", "json", "files", "values", "args"}

    readers = files_with(lambda node: attribute(node) in parts and base(node) == "request")
    streamers = files_with(lambda node: attribute(node) == "stream" and base(node) == "request")

    assert readers == {"web/request/incoming.py"}
    # Uploads are read as streams and never buffered in memory.
    assert streamers == {"web/guard/uploads.py"}


def test_attributes_of_g_are_declared_in_one_file():
    """`tests/conftest.py` compares it with the attributes that requests leave on `g`."""
    users = files_with(
        lambda node: imports(node, "flask", "g") or (attribute(node), base(node)) == ("g", "flask")
    )

    assert users == {"web/current.py"}


def test_only_the_database_commits():
    own = {path.stem for path in SOURCES}

    committers = files_with(
        lambda node: attribute(node) in {"commit", "begin", "begin_nested"} and base(node) not in own
    )

    assert committers - {"migrations/__init__.py", "migrations/env.py"} == {"storage/database.py"}


def test_services_do_not_import_the_web():
    below = [path for path in SOURCES if path.relative_to(APP).parts[0] in {"services", "models"}]

    upward = {
        f"{relative(path)}: {module}"
        for path in below
        for module in imported_modules(path)
        if re.match(r"(app\.(web|routes|cli|serving|wsgi)|flask|werkzeug\.(wrappers|exceptions))\b", module)
    }

    assert len(below) > 20
    assert upward == set()


def test_files_are_short():
    lengths = {relative(path): len(path.read_text().splitlines()) for path in SOURCES}

    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


@sweep("action", Action, ids=str)
def test_every_action_is_named_by_a_route_or_listed_here(action):
    named = action in named_actions()

    assert action in RULES
    assert named is not (action in NOT_NAMED)


def test_htmx_is_the_pinned_release():
    source = (ROOT / "static" / "js" / "htmx.min.js").read_bytes()

    assert hashlib.sha256(source).hexdigest() == HTMX_SHA256
    assert b'"4.0.1"' in source


def uses_of_environ(name: str) -> list[str]:
    found = [ast.unparse(node) for node in ast.walk(tree(APP / name)) if isinstance(node, ast.Attribute)]
    return [text for text in found if text.startswith("os.environ.")]


def found_views() -> Iterator[tuple[str, list[str]]]:
    """Yield each registered view, with its guards."""
    for path in sorted((APP / "routes").rglob("*.py")):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef):
                calls = [part.func for part in node.decorator_list if isinstance(part, ast.Call)]
                if any(attribute(call) in METHODS for call in calls):
                    names = [call.id for call in calls if isinstance(call, ast.Name)]
                    yield f"{path.stem}.{node.name}", [name for name in names if name in GUARDS]


def named_actions() -> set[Action]:
    """Return the actions that the code or a template names."""
    code = [path.read_text() for path in SOURCES if path.name != "permissions.py"]
    templates = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    named = {name for text in code for name in re.findall(r"\bAction\.([A-Z_]+)", text)}
    drawn = {name for text in templates for name in re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", text)}
    return {action for action in Action if action.name in named or str(action) in drawn}
