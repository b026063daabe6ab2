"""Names and image URLs: what is accepted, and what is refused."""

import pytest

from app.base.errors import InvalidInput
from app.text import names
from tests.support.sweeping import sweep


def name(text: str) -> str:
    return names.name(text, field="name", missing="Name is required")


@sweep(
    "typed, kept",
    [
        ("Northwind", "Northwind"),
        ("  Northwind Labs\t\n", "Northwind Labs"),
        ("x", "x"),
        ("x" * 100, "x" * 100),
        (" " * 50 + "x" * 100 + " " * 50, "x" * 100),
        ("Größe & Söhne", "Größe & Söhne"),
        ("北風", "北風"),
        ("👩\u200d🚀 Crew", "👩\u200d🚀 Crew"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("=1+1", "=1+1"),
        ("0", "0"),
    ],
)
def test_names_are_trimmed_and_kept(typed, kept):
    assert name(typed) == kept


@sweep(
    "text",
    [
        "",
        " ",
        "\t\n",
        "\u00a0",
        "\u200b",
        "\u200d",
        "\u200c\u200d",
        "\u2060\ufeff",
        "\u3164",
        "\u2800",
        "\u0301",
    ],
)
def test_invisible_names_count_as_missing(text):
    with pytest.raises(InvalidInput) as refusal:
        name(text)

    assert (refusal.value.error, refusal.value.field) == ("Name is required", "name")


@sweep(
    "text",
    [
        "a\u202eb",
        "a\u2066b",
        "a\nb",
        "a\rb",
        "a\x00b",
        "a\x7fb",
        "a\u2028b",
        "a\ud800b",
        "a\ue000b",
    ],
)
def test_names_with_hidden_characters_are_refused(text):
    with pytest.raises(InvalidInput) as refusal:
        name(text)

    assert refusal.value.error in {
        "name must not contain invisible characters that change the direction of text",
        "name must not contain line breaks, tabs or control characters",
    }


def test_names_have_a_maximum_length():
    with pytest.raises(InvalidInput) as refusal:
        name("x" * 101)

    assert refusal.value.error == "name must be at most 100 characters"


@sweep(
    "typed, kept",
    [
        ("https://example.com/logo.png", "https://example.com/logo.png"),
        ("  https://example.com/logo.png ", "https://example.com/logo.png"),
        ("https://example.com:8443/a?b=c&d=%20#e", "https://example.com:8443/a?b=c&d=%20#e"),
        ("https://[2001:db8::1]/logo.png", "https://[2001:db8::1]/logo.png"),
        ("https://" + "a" * (2048 - 13) + ".test", "https://" + "a" * (2048 - 13) + ".test"),
        ("https://example.com/größe.png?q=ß#ö", "https://example.com/gr%C3%B6%C3%9Fe.png?q=%C3%9F#%C3%B6"),
        ("https://exämple.com:8443/", "https://xn--exmple-cua.com:8443/"),
        ("", None),
        ("  ", None),
    ],
)
def test_https_urls_are_kept(typed, kept):
    assert names.https_url(typed, field="logo") == kept


@sweep(
    "text",
    [
        "http://example.com/logo.png",
        "//example.com/logo.png",
        "example.com/logo.png",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "https:",
        "https://",
        "https:///logo.png",
        "https://user:password@example.com/",
        "https://example.com@evil.test/",
        "https://example.com/ logo.png",
        "https://example.com/\nlogo.png",
        "https://example.com/\u202e",
        'https://example.com/"onerror="x',
        "https://example.com/<script>",
        "https://example.com\\@evil.test",
        "https://[::1",
        "https://example.com*/",
        "https://example.com/%",
        "https://example.com/%zz",
        "https://example.com/#!96.?G4k$!(%2",
        "https://example.com/a#b#c",
        "https://example.com/[x]",
        "https://" + "ä" * 64 + ".test/",
        "https://example.com:99999/",
        "https://example.com:port/",
    ],
)
def test_other_urls_are_refused(text):
    with pytest.raises(InvalidInput) as refusal:
        names.https_url(text, field="logo")

    assert (refusal.value.error, refusal.value.field) == ("logo must be an https:// URL", "logo")


def test_urls_have_a_maximum_length():
    with pytest.raises(InvalidInput) as refusal:
        names.https_url("https://example.com/" + "a" * 2029, field="logo")

    assert refusal.value.error == "logo must be at most 2048 characters"
