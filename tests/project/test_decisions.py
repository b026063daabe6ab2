"""docs/decisions: the index lists every decision, and the files that decisions name exist."""

import re

from tests.support.documented_commands import ROOT

FOLDER = ROOT / "docs" / "decisions"
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))
ROW = re.compile(r"^\| \[(\d{4})\]\((.+?)\) \| (.+?) \| (.+) \|$", re.MULTILINE)


def title(path):
    return path.read_text().partition("\n")[0].removeprefix("# ")


def test_the_index_lists_every_decision_with_its_title():
    rows = ROW.findall((FOLDER / "README.md").read_text())

    assert [row[:3] for row in rows] == [(path.name[:4], path.name, title(path)) for path in DECISIONS]


def test_each_status_is_accepted_or_names_the_decision_that_replaced_it():
    numbers = {path.name[:4] for path in DECISIONS}

    for number, _, _, status in ROW.findall((FOLDER / "README.md").read_text()):
        assert status.startswith(("accepted", "replaced by ")), number
        assert set(re.findall(r"\d{4}", status)) <= numbers - {number}


def test_the_files_that_decisions_name_exist():
    named = {
        path for page in DECISIONS for path in re.findall(r"`((?:app|tests)/[\w./]+\.\w+)", page.read_text())
    }

    assert len(named) > 30
    assert sorted(path for path in named if not (ROOT / path).is_file()) == []
