"""Codes of refusals: each is used, and has one text or is raised with a text."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from app.base import errors
from app.base.codes import Code
from app.base.error_texts import TEXTS
from tests.support.refusal_codes import SHARED
from tests.support.sources import SOURCES, attribute, base, nodes, relative

TABLES = {"base/codes.py", "base/error_texts.py"}
CLASSES = {name for name, found in vars(errors).items() if isinstance(found, type)} | {
    "Invalid",
    "Missing",
    "Refused",
}


def codes_in(path: Path) -> set[str]:
    return {node.attr for node in nodes(path) if isinstance(node, ast.Attribute) and base(node) == "Code"}


def refusals(path: Path) -> Iterator[tuple[Code, bool]]:
    """Yield the code of each refusal that a file creates, and whether it gives a text."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CLASSES:
            for place, argument in enumerate(node.args):
                if base(argument) == "Code":
                    yield Code[str(attribute(argument))], len(node.args) > place + 1


def test_every_code_is_used():
    used = set().union(*(codes_in(path) for path in SOURCES if relative(path) not in TABLES))

    assert {code.name for code in Code} - used == set()


def test_a_text_belongs_to_one_code():
    counts = Counter(TEXTS.values())

    assert {text for text, count in counts.items() if count > 1} <= SHARED


def test_a_refusal_gives_a_text_exactly_if_its_code_has_none():
    found = [(relative(path), code, given) for path in SOURCES for code, given in refusals(path)]

    assert len(found) > 120
    assert [(path, code.word) for path, code, given in found if given == (code in TEXTS)] == []


def test_every_code_has_a_sentence():
    assert [code.word for code in Code if not code.value.endswith(".") or not code.value[0].isupper()] == []
