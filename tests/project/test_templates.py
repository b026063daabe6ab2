"""Conventions of templates: forms work without scripts, pages include fragments, nothing is inline."""

import re
from functools import cache
from pathlib import Path

from tests.support.sweeping import sweep

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
PAGES = {
    path.relative_to(TEMPLATES).as_posix(): path.read_text()
    for path in sorted(TEMPLATES.rglob("*.html"))
    if path.parent.name != "emails"
}
MAILS = sorted({path.stem for path in (TEMPLATES / "emails").iterdir()} - {"layout"})
FORM = re.compile(r"<form\b(?P<tag>.*?)>(?P<inside>.*?)</form>", re.DOTALL)
FORMS = {
    f"{name}-{number}": (found["tag"], found["inside"])
    for name, source in PAGES.items()
    for number, found in enumerate(FORM.finditer(source), 1)
}
FRAGMENTS = [name for name in PAGES if name.rpartition("/")[2].startswith("_")]
FIELD_MACROS = "components/fields.html"
# Any of these in a tag would need `unsafe-inline` or eval.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=|hx-on|[\"']\s*(?:js|javascript):"
)
STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
REPEATED = re.compile(r"\{%-? (?:for|macro row|macro member) .*?\{%-? end(?:for|macro) -?%\}", re.DOTALL)
# The same for every row, or compiled and looked up for each.
ONCE_A_PAGE = re.compile(r'\bcan\("|url_for\("[\w.]+"\)|csrf_token|{%-? (?:include|from|import)\b')


@sweep("tag, inside", FORMS.values(), ids=FORMS)
def test_every_form_has_an_action_and_every_changing_form_a_token(tag, inside):
    posts = 'method="post"' in tag

    assert re.search(r'\baction="\S', tag)
    assert posts or 'method="get"' in tag
    # A token in the address of a GET form would end up in logs.
    assert posts is bool(re.search(r"\bhidden\(|csrf_token", inside))


def test_the_macro_of_hidden_fields_contains_the_token():
    macro = re.search(r"macro hidden\(.*?endmacro", PAGES[FIELD_MACROS], re.DOTALL)

    assert macro
    assert '<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">' in macro[0]


@sweep("tag, inside", FORMS.values(), ids=FORMS)
def test_htmx_sends_a_form_to_its_action(tag, inside):
    action = re.search(r'\baction="(.*?)"(?=\s|$)', tag, re.DOTALL)
    sent = re.search(r'\bhx-(?:get|post)="(.*?)"(?=\s|$)', tag, re.DOTALL)

    assert action
    assert sent is None or sent[1] == action[1]
    assert not re.search(r"hx-(put|patch|delete)=", tag + inside)


@sweep("fragment", FRAGMENTS)
def test_a_fragment_is_part_of_a_page(fragment):
    assert fragment in included_by_pages()


@sweep("name", PAGES)
def test_a_row_computes_nothing_that_is_the_same_for_the_whole_list(name):
    """Includes and rights for each row more than doubled the calls that a page of 20 members takes."""
    repeated = REPEATED.findall(PAGES[name])

    assert [found for row in repeated for found in ONCE_A_PAGE.findall(row)] == []


@sweep("name", PAGES)
def test_every_template_that_is_used_exists(name):
    assert parts_of(name) <= PAGES.keys()


@sweep("name", PAGES)
def test_every_id_that_a_template_refers_to_exists(name):
    source = blank(PAGES[name])
    swapped = re.findall(r'(?:hx-(?:target|select|select-oob|include|indicator)|data-copy)="([^"]*)"', source)
    named = re.findall(r'(?:popovertarget|aria-labelledby|aria-controls)="([^"]*)"', source)

    wanted = {found for text in swapped for found in re.findall(r"#([^\s,>:]+)", text)} | set(named)

    assert wanted <= known_ids()


def test_every_id_that_the_routes_retarget_exists():
    named = re.findall(r'Screen\(\s*"([^"]+)",\s*"([^"]+)",\s*"([^"]+)"', routes())

    forms = re.findall(r'screens\.form\(\s*"([^"]+)",\s*"([^"]+)"', routes())

    assert len(named) > 10
    assert len(forms) > 10
    assert {target for _, target in forms} <= known_ids()
    for page, fragment, target in named:
        assert target in known_ids()
        assert page == fragment or fragment in reached_from(page), (page, fragment)


@sweep("name", PAGES)
def test_nothing_is_inline(name):
    assert INLINE.findall(EXPRESSION.sub("", PAGES[name])) == []


@sweep("mail", MAILS)
def test_a_mail_has_a_subject_and_paragraphs(mail):
    source = (TEMPLATES / "emails" / f"{mail}.mail").read_text()

    subject, _, body = source.partition("\n\n")

    assert re.fullmatch(r"Subject: .+", subject)
    assert body
    assert "<" not in EXPRESSION.sub("", source)


def test_every_mail_that_is_sent_has_templates():
    code = "".join(path.read_text() for path in (ROOT / "app").rglob("*.py"))

    sent = set(re.findall(r'outbox\.queue\(\s*"([a-z_]+)"', code))

    assert len(sent) > 5
    assert sent <= set(MAILS)
    assert [mail for mail in MAILS if f'"{mail}"' not in code] == []


def parts_of(name: str) -> set[str]:
    """Return what a template includes, extends or imports from."""
    return set(re.findall(r'{%-?\s*(?:include|extends|from)\s+"([^"]+)"', PAGES[name]))


def reached_from(name: str) -> set[str]:
    found, new = set[str](), {name}
    while new:
        found |= new
        new = {part for parent in new for part in parts_of(parent)} - found
    return found


def included_by_pages() -> set[str]:
    """Return the fragments that some page draws, and that are not only swapped in."""
    pages = [name for name in PAGES if name not in FRAGMENTS]
    forms = [name for name in FRAGMENTS if name.endswith("_form.html") and f'"{name}"' in routes()]
    return {*forms, *(part for page in [*pages, *forms] for part in reached_from(page))}


@cache
def routes() -> str:
    return "".join(path.read_text() for path in sorted((ROOT / "app" / "routes").rglob("*.py")))


def known_ids() -> set[str]:
    """Return the ids that templates write, or pass to a macro of fields."""
    return {found for source in PAGES.values() for found in re.findall(r'\bid="([^"]+)"', blank(source))}


def blank(source: str) -> str:
    """Replace each expression by one character, so that ids are compared by their literal parts."""
    macros = re.compile(r"\{\{\s*(?:field|select)\(.*?\}\}", re.DOTALL)
    given = "".join(found[0].strip("{}") for found in macros.finditer(source))
    return EXPRESSION.sub("*", source) + given
