"""Classifies invisible characters in names as spelling, as residue of copy and paste, or as deceptive.

Follows UTS #39 (security), UTS #51 (emoji) and the property Default_Ignorable_Code_Point of Unicode.
"""

import re
import unicodedata

# Overrides, embeddings and isolates: they reverse the text that follows.
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
# More marks on one letter than any language writes (UTS #39, 5.4).
MOST_MARKS = 4

# Scripts whose letters join or stack: a joiner or a vowel separator between their letters is spelling.
_JOINING = (
    "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua800-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
# After these, a joiner is spelling at the end of a word too: `രാജന്‍` is Rajan as Malayalam was long written.
_VIRAMAS = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1039\u17d2"
_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_JOINER = "\u180e\u200c\u200d"
_STRAY_JOINER = re.compile(
    f"(?<![{_VIRAMAS}])[{_JOINER}](?![{_JOINING}{_EMOJI}])|(?<![{_JOINING}{_EMOJI}\ufe0f])[{_JOINER}]"
)
_REPEATED_JOINER = re.compile(f"([{_JOINER}])[{_JOINER}]+")
# A variation selector selects a glyph for the character before it: a symbol, digit, ideograph or Mongolian
# letter. After a space, a Latin letter or another selector it has no effect.
_SELECTOR = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_STRAY_SELECTOR = re.compile(
    f"(?:^|(?<=[\\sA-Za-z{_JOINER}]))[{_SELECTOR}]+|(?<=[{_SELECTOR}])[{_SELECTOR}]+"
)
# The flag of a region: a black flag, letters and digits as tags, and the end of the tags.
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
# Ignored by every renderer: soft hyphens, direction marks, zero-width spaces, fillers, stray tags.
_IGNORED = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_KEPT_OR_IGNORED = re.compile(f"({_FLAG})|[{_IGNORED}]")
# The empty Braille pattern: always blank, although Unicode calls it a symbol.
_BLANK = "\u2800"
# Allowed characters of category Cf: Arabic number signs and the like, joiners, tags of flags.
_FORMATS = re.compile(
    f"[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd{_JOINER}\U000e0020-\U000e007f]"
)
# Noncharacters in every version of Unicode. Other unassigned code points may be newer than Python's tables.
_ENDS = "".join(chr(end) for plane in range(1, 0x12) for end in (plane * 0x10000 - 2, plane * 0x10000 - 1))
_NONCHARACTERS = re.compile(f"[\ufdd0-\ufdef{_ENDS}]")


def cleaned(text: str) -> str:
    """Return a text trimmed, without invisible characters that no language needs."""
    text = _KEPT_OR_IGNORED.sub(lambda found: found[1] or "", text)
    text = _REPEATED_JOINER.sub(r"\1", text)
    text = _STRAY_SELECTOR.sub("", _STRAY_JOINER.sub("", text))
    return _trimmed(text)


def comparable(text: str) -> str:
    """Return the form in which spellings of one name are equal: `ë`, and `e` with a combining mark."""
    return unicodedata.normalize("NFC", cleaned(text))


def is_visible(character: str) -> bool:
    """Return whether a character is visible; unassigned code points count, as they may be newer."""
    blank = unicodedata.category(character)[0] in "ZM" or character in _BLANK + _JOINER
    return not blank and not is_deceptive(character)


def is_deceptive(character: str) -> bool:
    """Return whether a character is a control, a line separator, private, or not a character."""
    category = unicodedata.category(character)
    if category == "Cn":
        return bool(_NONCHARACTERS.match(character))
    if category == "Cf":
        return not _FORMATS.match(character)
    return category in {"Cc", "Cs", "Co", "Zl", "Zp"}


def has_stacked_marks(text: str) -> bool:
    """Return whether a letter has more combining marks than any language uses."""
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks > MOST_MARKS:
            return True
    return False


def _trimmed(text: str) -> str:
    """Return a text without blank characters at its ends."""
    while text != (shorter := text.strip().strip(_BLANK)):
        text = shorter
    return text
