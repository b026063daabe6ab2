"""SECURITY.md, docs/security and docs/promises.md: the tests they name exist, and the requirements add up."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

from app.base import config
from tests.support.documented_commands import ROOT
from tests.support.sweeping import sweep

FOLDER = ROOT / "docs" / "security"
PAGE = (ROOT / "SECURITY.md").read_text()
INDEX = (FOLDER / "README.md").read_text()
PROMISES = (ROOT / "docs" / "promises.md").read_text()
CHAPTERS = sorted(FOLDER.glob("v[0-9]*.md"))
PAGES = [PAGE, PROMISES, *(path.read_text() for path in sorted(FOLDER.glob("*.md")))]
# The number of requirements in levels 1 and 2 of version 5.0.0: 70 and 183.
REQUIREMENTS = 253
# The sections of a chapter, and their phrases in the summary.
SECTIONS = {
    "Met": "are met with a test",
    "In the operator's hands": "are in the operator's hands",
    "Met in part": "are met in part",
    "Not met": "are not met",
    "Not applicable": "do not apply",
}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
NUMBER = re.compile(r"V\d+\.\d+\.\d+")
NAMED = sorted({found for page in PAGES for found in TEST.findall(page)})


@cache
def rows(path: Path, title: str) -> list[list[str]]:
    """Return the rows of the table under a heading of a chapter, each as a list of cells."""
    body = path.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in body.splitlines() if line.startswith("| V")]
    return [[cell.strip() for cell in cells] for cells in lines]


def numbers(path: Path, title: str) -> list[str]:
    """Return the requirements under a heading: one per row, or several where they do not apply."""
    return [number for row in rows(path, title) for number in row[0].split(", ")]


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
    for page in PAGES:
        assert len(TEST.findall(page)) == page.count("::")


def test_each_promise_names_its_test():
    table = [line.strip("| ").split(" | ") for line in PROMISES.splitlines() if line.startswith("| ")]
    promises = [row for row in table if row[0] != "promise"]

    assert len(promises) > 25
    assert [row[0] for row in promises if len(row) != 2 or not TEST.search(row[1])] == []


def test_each_protection_names_its_test():
    tables = re.findall(r"^\|.*shown by \|\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)

    assert len(tables) == 2
    assert [row for table in tables for row in table.splitlines() if not TEST.search(row)] == []


@sweep("path", CHAPTERS, ids=lambda path: path.stem)
def test_rows_of_a_chapter_are_complete(path):
    chapter = re.fullmatch(r"v0?(\d+)-.*", path.stem)
    assert chapter
    headings = re.findall(r"^## (.*)$", path.read_text(), re.MULTILINE)

    assert [title for title in SECTIONS if title in headings] == headings
    for title in headings:
        assert rows(path, title)
        assert len({len(row) for row in rows(path, title)}) == 1
        assert [row for row in rows(path, title) if not all(row)] == []
        assert [one for one in numbers(path, title) if not NUMBER.fullmatch(one)] == []
        assert [one for one in numbers(path, title) if not one.startswith(f"V{chapter[1]}.")] == []
        assert title == "Not applicable" or {row[1] for row in rows(path, title)} <= {"1", "2"}
    assert [row[0] for row in rows(path, "Met") if not TEST.search(row[-1])] == []


def test_each_requirement_is_listed_once():
    listed = Counter(number for path in CHAPTERS for title in SECTIONS for number in numbers(path, title))

    assert len(CHAPTERS) == 17
    assert [number for number, times in listed.items() if times > 1] == []
    assert listed.total() == REQUIREMENTS


def test_the_index_agrees_with_the_chapters():
    listed = re.findall(r"^\| \[(.+?)\]\((.+?)\) \| (.+) \|$", INDEX, re.MULTILINE)

    assert listed == [
        (
            path.read_text().partition("\n")[0].removeprefix("# "),
            path.name,
            " | ".join(str(len(numbers(path, title))) for title in SECTIONS),
        )
        for path in CHAPTERS
    ]


def test_the_summaries_agree_with_the_chapters():
    totals = {title: sum(len(numbers(path, title)) for path in CHAPTERS) for title in SECTIONS}
    first, *phrases = [f"{totals[title]} {phrase}" for title, phrase in SECTIONS.items()]

    assert f"| **{REQUIREMENTS} requirements** | {' | '.join(map(str, totals.values()))} |" in INDEX
    assert (
        f"Of the {REQUIREMENTS} requirements of ASVS, {first}, {', '.join(phrases[:-1])}, and {phrases[-1]}"
        in PAGE
    )


def test_each_setting_and_page_it_names_exists():
    text = "\n".join(PAGES)
    decisions = {path.name[:4] for path in (ROOT / "docs" / "decisions").iterdir()}

    settings, named = (
        set(re.findall(r"CREWROOM_[A-Z_]+", PAGE)),
        set(re.findall(r"docs/decisions/(\d{4})", text)),
    )

    assert settings
    assert settings <= set(config.NAMES.accepted)
    assert named
    assert named <= decisions
