"""Turn the source of a mail into its text and HTML templates, so that both always say the same.

A source is a subject line and paragraphs. `**bold**` and `[label](url)` are the only markup; a link that is a
paragraph becomes a button, and what follows `---` is small print. Markup is read before values are inserted,
so names cannot contain any.
"""

import re

_LINK = re.compile(r"\[(?P<label>[^\]]+)\]\((?P<url>[^)]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_SMALL_PRINT = "---"
_BUTTON = (
    r'<p><a class="button" href="\g<url>">\g<label></a></p>'
    r'<p class="quiet">Or open this address: \g<url></p>'
)


def text_of(source: str) -> str:
    """Return the template of the plain text, which begins with the subject line."""
    paragraphs = [_text(part) for part in source.split("\n\n") if part.strip() != _SMALL_PRINT]
    return "\n\n".join(paragraphs)


def html_of(source: str) -> str:
    """Return the template of the HTML part."""
    subject, _, body = source.partition("\n\n")
    large, _, small = body.partition(f"\n{_SMALL_PRINT}\n")
    return "\n".join(
        (
            '{% extends "layout.html" %}',
            f"{{% block title %}}{subject.removeprefix('Subject: ')}{{% endblock %}}",
            "{% block content %}",
            *(_html(part, "<p>") for part in _paragraphs(large)),
            *(_html(part, '<p class="quiet">') for part in _paragraphs(small)),
            "{% endblock %}",
        )
    )


def _paragraphs(source: str) -> list[str]:
    return [part.strip() for part in source.split("\n\n") if part.strip()]


def _text(paragraph: str) -> str:
    separator = "\n" if _LINK.fullmatch(paragraph.strip()) else " "
    return _BOLD.sub(r"\1", _LINK.sub(rf"\g<label>:{separator}\g<url>", paragraph))


def _html(paragraph: str, start: str) -> str:
    if _LINK.fullmatch(paragraph):
        return _LINK.sub(_BUTTON, paragraph)
    linked = _LINK.sub(r'<a href="\g<url>">\g<label></a>', paragraph)
    return start + _BOLD.sub(r"<strong>\1</strong>", linked) + "</p>"
