"""SECURITY.md and docs/promises.md: the tests they name exist, and the numbers of requirements add up."""

import ast
import re
from collections import Counter
from functools import cache

from app.base import config
from tests.support.documented_commands import ROOT
from tests.support.sweeping import sweep

PAGE = (ROOT / "SECURITY.md").read_text()
PROMISES = (ROOT / "docs" / "promises.md").read_text()
STANDARD = PAGE.partition("\n## OWASP ASVS 5.0\n")[2]
# The number of requirements in levels 1 and 2 of version 5.0.0: 70 and 183.
REQUIREMENTS = 253
# The sections, and their names in the summary.
SECTIONS = {
    "Met, with the test that shows it": "met with a test",
    "In the operator's hands": "in the operator's hands",
    "Met in part": "met in part",
    "Not met": "not met",
    "Not applicable": "not applicable",
}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
NUMBER = re.compile(r"V\d+\.\d+\.\d+")
NAMED = sorted(set(TEST.findall(PAGE + PROMISES)))


def section(title: str) -> list[list[str]]:
    """Return the rows of the tables under a heading, each as a list of cells."""
    body = re.split(r"^### ", STANDARD.partition(f"\n### {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line.strip("| ").split(" | ") for line in body.splitlines() if line.startswith("| V")]
    return [[cell.strip() for cell in cells] for cells in lines]


def numbers(title: str) -> list[str]:
    """Return the requirements of a section: one per row, or several where they do not apply."""
    column = 1 if title == "Not applicable" else 0
    return [number for row in section(title) for number in row[column].split(", ")]


@cache
def written_in(path: str) -> set[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@sweep("path, name", NAMED, ids=[name for _, name in NAMED])
def test_each_test_it_names_exists(path, name):
    assert (ROOT / path).is_file()
    assert name in written_in(path)


def test_each_path_to_a_test_has_the_form_that_is_checked():
    assert len(NAMED) > 100
    for page in (PAGE, PROMISES):
        assert len(TEST.findall(page)) == page.count("::")


def test_each_promise_names_its_test():
    rows = [line.strip("| ").split(" | ") for line in PROMISES.splitlines() if line.startswith("| ")]
    promises = [row for row in rows if row[0] != "promise"]

    assert len(promises) > 25
    assert [row[0] for row in promises if len(row) != 2 or not TEST.search(row[1])] == []


def test_each_met_requirement_names_its_test():
    rows = section("Met, with the test that shows it")

    assert rows
    assert [row[0] for row in rows if not TEST.search(row[-1])] == []


@sweep("title", SECTIONS)
def test_rows_are_complete(title):
    rows = section(title)

    assert len({len(row) for row in rows}) == 1
    assert [row for row in rows if not all(row)] == []
    assert [number for number in numbers(title) if not NUMBER.fullmatch(number)] == []
    if title != "Not applicable":
        assert {row[1] for row in rows} <= {"1", "2"}


def test_each_requirement_is_listed_once():
    placed = Counter(number for title in SECTIONS for number in numbers(title))

    assert [number for number, times in placed.items() if times > 1] == []
    assert placed.total() == REQUIREMENTS


def test_each_requirement_is_in_its_chapter():
    chapters = re.split(r"^#### ", STANDARD.partition("\n### In the operator")[0], flags=re.MULTILINE)[1:]
    met = [(part.split(maxsplit=1)[0], row) for part in chapters for row in NUMBER.findall(part)]
    unmet = [(row[0], number) for row in section("Not applicable") for number in row[1].split(", ")]

    assert len(met) == len(numbers("Met, with the test that shows it"))
    assert [pair for pair in met + unmet if not pair[1].startswith(f"{pair[0]}.")] == []


def test_the_summary_agrees_with_the_tables():
    counted = ", ".join(f"{len(numbers(title))} {name}" for title, name in SECTIONS.items())

    assert f"**Of {REQUIREMENTS} requirements: {counted}.**" in PAGE


def test_each_setting_and_page_it_names_exists():
    settings = set(re.findall(r"CREWROOM_[A-Z_]+", PAGE))
    decisions = set(re.findall(r"docs/decisions/(\d{4})", PAGE))
    written = {path.name[:4] for path in (ROOT / "docs" / "decisions").iterdir()}

    assert settings
    assert settings <= set(config.NAMES.accepted)
    assert decisions
    assert decisions <= written
