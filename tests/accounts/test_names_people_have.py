"""Names in many scripts, typed or pasted: kept as typed, without invisible characters."""

import unicodedata

import pytest

from tests.support.sweeping import sweep

ORGANIZATION = "/organization/"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
DIRECTION = "name must not contain invisible characters that change the direction of text"


@pytest.fixture
def rename(cast):
    """Return a function that renames the organization and returns the answer."""
    return lambda name: cast.api("alice").post(ORGANIZATION, orgId=cast.org, name=name)


KEPT = {
    "England's flag": f"{ENGLAND} Three Lions",
    "two such flags": f"{ENGLAND}{SCOTLAND}",
    "a family": "👨\u200d👩\u200d👧\u200d👦 Müller",
    "a skin tone": "👩🏽\u200d💻",
    "the rainbow flag": "🏳\ufe0f\u200d🌈 Pride",
    "an arrow after a face": "🙂\u200d↔\ufe0f",
    "a heart in colour": "❤\ufe0f Team",
    "a keycap": "Team 1\ufe0f\u20e3",
    "a letter as a symbol": "ℹ\ufe0f Desk",
    "an emoji newer than our tables": "\U0001fae9 \U0001fadc",
    "Persian": "شرکت فناوری می\u200cخواهم",
    "Persian plural of a Latin word": "خانه\u200cها",
    "Sinhala": "ශ්\u200dරී ලංකා",
    "Hindi": "क्\u200dष",
    "Malayalam at the end of a word": "രാജന്\u200d",
    "Bengali at the end of a word": "উত্\u200d সব",
    "Mongolian": "ᠠᠢᠯ\u180eᠠ",
    "Japanese with a variation selector": "葛\U000e0100城市",
    "Japanese, a compatibility ideograph": "\ufa19戸",
    "Thai": "น้ำทิพย์",
    "Tibetan": "བསྒྲུབས",
    "Hebrew with points": "שָׁלוֹם",
    "Arabic with points": "مُحَمَّد",
    "Vietnamese": "Nguyễn Thị Ngọc Ánh",
    "Vietnamese, decomposed": unicodedata.normalize("NFD", "Nguyễn Thị Ngọc"),
    "Yoruba, decomposed": "Ọ\u0301ṣun",
    "Irish": "Seán Ó'Súilleabháin",
    "Hawaiian": "Kaʻiulani",
    "Turkish": "İpek Yıldız",
    "a number sign": "\u0600\u0661\u0662",
    "Catalan": "Paral·lel",
    "a company with symbols": "Yahoo! & AT&T — Ltd™ ©",
    "maths": "∑ ∞",
    "a leading apostrophe": "’s-Hertogenbosch",
}


@sweep("name", KEPT.values(), ids=KEPT)
def test_real_names_are_kept_as_typed(rename, name):
    assert rename(name).get_json()["data"]["name"] == name


@sweep(
    "paste",
    [
        "\u200f",  # WhatsApp and Word, at the edges of Hebrew and Arabic
        "\u200e",  # Windows' certificate dialog
        "\u061c",
        "\u00ad",  # hyphenated web pages
        "\ufeff",  # files saved by Notepad
        "\u2060",
        "\u200b",  # Teams, Slack and Google Docs
        "\u034f",  # newsletters, which pad their previews
        "\u180e",
        "\u200d",
        "\u200c",
        "\ufe0f",
        "\u2063",
        "\u206f",
        "\u3164",
        "\ufff9",
        "\U000e0041",
        "\U000e0001",
    ],
    ids=ascii,
)
def test_invisible_pasted_characters_are_dropped(rename, paste):
    for typed in (f"{paste}North wind", f"North wind{paste}", f" {paste} North wind {paste} "):
        assert rename(typed).get_json()["data"]["name"] == "North wind"
    assert rename(f"Nor{paste}th wind").get_json()["data"]["name"] == "North wind"


@sweep("sign", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))], ids=ascii)
def test_characters_that_change_text_direction_are_refused(cast, rename, sign):
    """They hide code (CVE-2021-42574), and make `gpj.exe` look like a picture."""
    for typed in (f"North{sign}wind", f"{sign}Northwind", f"Northwind{sign}"):
        answer = rename(typed)

        assert (answer.status_code, answer.get_json()) == (
            400,
            {"error": DIRECTION, "status": "KO", "field": "name", "code": "invalid_text"},
        )


LOOKS_BLANK = [
    *("\u0301", "\u0301\u0302", "\u200b\u200b", "\u3164", "\u115f\u1160", "\u2800\u2800", "\u200d\u200c"),
    *("\ufe0f", "\U000e0067\U000e007f", "\u2003\u3000", "\u00ad\u2060", "\u200f \u200f"),
]


@sweep("name", LOOKS_BLANK, ids=ascii)
def test_a_name_that_looks_blank_counts_as_missing(rename, name):
    answer = rename(name)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "Name is required")


@sweep("name", ["Z\u0337\u0322\u0356\u0301\u0302\u0303algo", "e" + "\u0301" * 6])
def test_names_with_stacked_accents_are_refused(rename, name):
    answer = rename(name)

    assert (answer.status_code, answer.get_json()["error"]) == (
        400,
        "name has too many accents on one letter",
    )


def test_the_length_limit_counts_only_kept_characters(rename):
    assert rename("\u200b" * 200 + "x" * 100 + "\ufeff").status_code == 200
    assert rename("x" * 101).status_code == 400


def test_a_deletion_is_confirmed_by_the_name_in_any_unicode_form(cast, rename):
    """macOS pastes file names in decomposed form; a phone types composed characters."""
    rename("Zoe\u0308 & Söhne")

    wrong = cast.api("alice").delete(ORGANIZATION, orgId=cast.org, name="Zoe & Söhne")
    right = cast.api("alice").delete(ORGANIZATION, orgId=cast.org, name="\u200fZoë & Söhne")

    assert (wrong.status_code, right.status_code) == (400, 200)


def test_names_of_apps_keys_and_accounts_are_cleaned_alike(cast):
    alice = cast.browser("alice")

    app = cast.api("alice").post("/app/", orgId=cast.org, name="\ufeffAtlas\u200f").get_json()["data"]
    key = alice.json(
        "POST", "/apikey/", json={"name": "C\u00adI\u200b", "role": "read", "expires_in_days": 30}
    ).get_json()["data"]
    alice.json("POST", "/account/", json={"name": f"\u200e{ENGLAND} Alice"})

    assert (app["name"], key["name"]) == ("Atlas", "CI")
    assert alice.json("GET", "/account/").get_json()["data"]["name"] == f"{ENGLAND} Alice"
