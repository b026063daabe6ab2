"""The source code of the portal as syntax trees, for tests of its conventions."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
SOURCES = sorted(APP.rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(APP).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Parse a file, once for all tests that read it."""
    return ast.parse(path.read_text())


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return all nodes of a file."""
    return tuple(ast.walk(tree(path)))


def files_with(matches: Callable[[ast.AST], bool]) -> set[str]:
    """Return the files that have a matching node."""
    return {relative(path) for path in SOURCES if any(map(matches, nodes(path)))}


def attribute(node: ast.AST) -> str | None:
    return node.attr if isinstance(node, ast.Attribute) else None


def base(node: ast.AST) -> str | None:
    """Return the name before the dot, if it is a plain name."""
    inner = node.value if isinstance(node, ast.Attribute) else None
    return inner.id if isinstance(inner, ast.Name) else None


def imports(node: ast.AST, module: str, name: str) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == module
        and name in [part.name for part in node.names]
    )


def imported_modules(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (part.name for part in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{part.name}" for part in node.names)
