"""Addresses of our own pages are built by `url_for`, in mails by `links.page`, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.paths import STATIC, TEMPLATES
from app.text import links

APP = Path(links.__file__).parent.parent
# Where paths are declared, compared with a request's, or part of the specification.
DECLARING = (
    *(path.relative_to(APP).as_posix() for path in (APP / "routes").rglob("*.py")),
    *(
        "__init__.py",
        "text/links.py",
        "web/request/lanes.py",
        "web/request/probes.py",
    ),
)
ADDRESS = re.compile(r"/[a-z-]+/.*")
LITERAL = re.compile(r"""\b(?:href|action|src|formaction|hx-[a-z]+)\s*=\s*["']/""")


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


@pytest.mark.parametrize("page", links.Page)
def test_mails_link_to_pages_that_exist(portal, page):
    adapter = portal.app.url_map.bind("crew.test")

    endpoint, _ = adapter.match(page, method="GET")

    assert adapter.build(endpoint) == page


def test_no_module_contains_an_address():
    found = [
        f"{path.relative_to(APP)}:{line} {text}"
        for path in APP.rglob("*.py")
        if path.relative_to(APP).as_posix() not in DECLARING
        for line, text in texts(ast.parse(path.read_text()))
        if ADDRESS.fullmatch(text)
    ]

    assert not found


def test_only_links_appends_to_the_base_url():
    """A path in `CREWROOM_BASE_URL` is prepended to pages in one place."""
    found = {
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr)
        if "base_url}/" in ast.unparse(node)
    }

    assert found == set()


def test_no_route_module_contains_another_address():
    """A path is in the decorator of its view, and in examples of fields; nowhere else in the module."""
    found = []
    for path in (APP / "routes").rglob("*.py"):
        tree = ast.parse(path.read_text())
        declared = {id(part) for node in declaring(tree) for part in ast.walk(node)}
        found += [
            f"{path.name}:{node.lineno} {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in declared
            if ADDRESS.fullmatch(node.value)
        ]

    assert not found


def declaring(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from node.decorator_list
        elif isinstance(node, ast.keyword) and node.arg == "example":
            yield node


def test_no_template_and_no_script_contains_an_address():
    templates = [path for path in TEMPLATES.rglob("*.*") if LITERAL.search(path.read_text())]
    scripts = [
        path
        for path in (STATIC / "js").glob("*.js")
        if not path.name.startswith("htmx") and re.search(r"""["'`]/[a-z]""", path.read_text())
    ]

    assert (templates, scripts) == ([], [])
