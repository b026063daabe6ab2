"""Folds texts, so that letter case, accents and strokes do not matter when they are compared or searched."""

import unicodedata

# Letters that Unicode does not decompose into a letter and a mark.
_STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "æ": "ae", "œ": "oe"}
)


def folded(text: str) -> str:
    """Return a text without letter case, accents and strokes."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
