"""The documents: what they link to and name exists."""

import re
import tomllib

from tests.support.documented_commands import ROOT
from tests.support.sweeping import sweep

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
SERVICES = ROOT / "app" / "services"
# Documents about the code, and the folders that their paths start from.
ABOUT_CODE = [ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md", ROOT / "docs" / "glossary.md"]
STARTS = [ROOT, ROOT / "app", ROOT / "app" / "services" / "backup", ROOT / "app" / "routes"]
# Files that each room may have, named without their folder.
IN_EACH_ROOM = {"api.py"}


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@sweep("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_link_leads_to_a_page_and_a_heading(path):
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([\w-]*)\)", path.read_text()):
        page = path.parent / target if target else path
        assert page.exists(), target
        assert not anchor or anchor in anchors(page.read_text()), anchor


@sweep("path", ABOUT_CODE, ids=lambda path: path.name)
def test_each_file_it_names_exists(path):
    named = set(re.findall(r"`([\w./-]+(?:/|\.py|\.md|\.toml|\.html))(?:::\w+)?`", path.read_text()))

    named = {name for name in named if not name.startswith("/")} - IN_EACH_ROOM
    assert named
    assert [name for name in sorted(named) if not any((start / name).exists() for start in STARTS)] == []


def test_the_architecture_lists_the_rooms_of_the_services():
    section = ARCHITECTURE.partition("## Rooms")[2].partition("\n## ")[0]
    rooms = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)

    assert sorted(rooms) == sorted(path.parent.name for path in SERVICES.glob("*/__init__.py"))


@sweep("contract", ["rooms", "web-rooms"])
def test_the_architecture_has_the_order_of_imports_that_is_checked(contract):
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [order] = [one["layers"] for one in contracts if one["id"] == contract]

    assert " > ".join(f"`{layer}`" for layer in order) in " ".join(ARCHITECTURE.split())


def test_the_architecture_lists_the_layers():
    layers = ARCHITECTURE.partition("## Layers")[2].partition("\n## ")[0]
    packages = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}

    assert set(re.findall(r"^\| `(\w+)/` \|", layers, re.MULTILINE)) == packages
