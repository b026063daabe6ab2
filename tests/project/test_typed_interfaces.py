"""Calls between routes and services are typed: no `Any` in signatures, and mypy refuses errors."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources import APP, ROOT, imported_modules, relative, tree

# Only between services: rows of the audit log, rows of a stranger's backup, parts of statements.
INSIDE = {"audit_chain", "membership_context", "receiving", "row_rules", "value_rules"}
# Returns the fields of a dataclass by name, to construct a narrower one from it.
UNTYPED = {"actors.fields_of"}
TYPE_ERRORS = ROOT / "tests" / "support" / "type_errors.py"


def test_no_route_names_any():
    paths = sorted((APP / "routes").rglob("*.py"))

    assert len(paths) > 30
    assert [relative(path) for path in paths if names_any(tree(path))] == []


def test_no_public_signature_of_a_service_has_any():
    paths = [path for path in (APP / "services").rglob("*.py") if path.stem not in INSIDE]

    found = {f"{path.stem}.{name}" for path in paths for name in untyped(tree(path).body)}

    assert len(paths) > 60
    assert found == UNTYPED


def test_only_services_use_what_is_exempt():
    outside = [path for folder in ("routes", "web", "commands") for path in (APP / folder).rglob("*.py")]

    users = {relative(path): exempt for path in outside if (exempt := INSIDE & services_of(path))}

    assert users == {}


@pytest.mark.long
@pytest.mark.timeout(300)  # without a cache, mypy reads every library
def test_mypy_refuses_each_line_with_a_type_error_and_no_other(tmp_path):
    """`make check` reports needless comments; here the comments are removed and every error is counted."""
    text = TYPE_ERRORS.read_text()
    bare = tmp_path / "type_errors.py"
    bare.write_text(re.sub(r"  # type: ignore.*", "", text))

    checked = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", "--no-pretty", str(bare)]
    output = subprocess.run(checked, cwd=ROOT, capture_output=True, text=True, check=False).stdout

    refused = set(re.findall(r"type_errors\.py:(\d+): error: .*\[([\w-]+)\]$", output, re.MULTILINE))
    assert refused == set(expected(text))
    assert len(refused) > 15


def expected(text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        for code in re.findall(r"# type: ignore\[([\w-]+)\]", line):
            yield str(number), code


def names_any(node: ast.AST | None) -> bool:
    return node is not None and any(
        isinstance(part, ast.Name) and part.id == "Any" for part in ast.walk(node)
    )


def untyped(body: list[ast.stmt]) -> Iterator[str]:
    """Return the public functions, methods, fields and aliases that use `Any`."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{name}" for name in untyped(node.body))
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            if names_any(node.args) or names_any(node.returns):
                yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign) and names_any(node):
            name = ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
            if not name.startswith("_"):
                yield name


def services_of(path: Path) -> set[str]:
    parts = [module.split(".") for module in imported_modules(path)]
    return {name for part in parts if part[:2] == ["app", "services"] for name in part[2:]}
