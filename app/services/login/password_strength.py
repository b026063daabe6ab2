"""Password strength, estimated offline by zxcvbn and by undoing common variations of words.

zxcvbn takes `2026!` for five random characters and does not recognize `1qaz@WSX` as a walk over the keyboard.
The readings here undo case, accents, look-alikes, Shift and affixes.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from threading import Lock

from zxcvbn import zxcvbn
from zxcvbn.matching import RANKED_DICTIONARIES

from app.services.login.common_words import FILLERS, WORDS
from app.text.folding import folded

# zxcvbn calls less than this unsafe against an attacker who has the hashes; slow hashing adds to it.
EASY_GUESSES = 10**8
# The rest beside familiar words must be harder than this: about seven random characters.
EASY_REST = 10**7
# Common phrases with their words run together, as in `let me in please`. Two unrelated words take more.
EASY_PHRASE = 10**5
# How many unrelated characters around a common word are a usual variation of it.
_USUAL_AFFIX = 5
_JUDGED_LENGTH = 64  # zxcvbn takes quadratic time, and longer passwords are not common
# zxcvbn tries every way to read these as letters, which takes seconds for a text that has all of them.
_LETTER_LIKE, _MANY, _BRIEF_LENGTH = frozenset("4@8({[<369&#!1|0$5+7%2"), 6, 16
_LOOK_ALIKES = [str.maketrans("4@83650$+7!|19", f"aabegsosttii{one}g") for one in "il"]
_SHIFTED = str.maketrans('!@#$%^&*()_+{}|:"<>?~', "1234567890-=[]\\;',./`")
_ROWS = (
    "`1234567890-=",
    "qwertyuiop[]\\",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "yxcvbnm",
    # Cyrillic and Greek after folding: no breve on `й`, no final sigma.
    "ицукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "σερτυθιοπ",
    "ασδφγηξκλ",
    "ζχψωβνμ",
)
_COLUMNS = tuple(
    "".join(keys) for keys in zip("1234567890", "qwertyuiop", "asdfghjkl;", "zxcvbnm,./", strict=True)
)
_NEXT_KEYS = frozenset(
    pair for line in (*_ROWS, *_COLUMNS) for keys in (line, line[::-1]) for pair in pairwise(keys)
)
_SHORTEST_WALK = 3
# Letters that Unicode normalization does not decompose.
# How many runs of letters, counted from the last, may end the word.
_MOST_ENDS = 2
_SHORTEST_WORD = 4
_FAMILIAR_WORD = re.compile(r"[^\W_]{4,}")
_SPACED_OUT = re.compile(r"(?<![^\W_]{2})(?<=[^\W_])[\s._-](?=[^\W_](?![^\W_]))")
_GAPS = re.compile(r"(?<=[^\W_])[\s._-]+(?=[^\W_])")
_FILLED = re.compile(f"(?:{'|'.join(sorted(FILLERS))})+")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d(?:[./-]\d{1,2}){2}")
_YEAR = re.compile(r"(19|20)\d\d")
# zxcvbn keeps the user inputs of a call in a global, so calls must not overlap.
_JUDGING = Lock()


def is_easy(password: str, familiar: Iterable[str] = ()) -> bool:
    """Return whether a password is common, a usual variation of a common one, or a keyboard walk."""
    text = _judged(password)
    closed = _GAPS.sub("", text)
    names = [name for name in familiar if name]
    common = WORDS | _words(names)
    common |= {word[::-1] for word in common}
    return (
        _walked(text)
        or any(_varied(reading, common) for reading in _readings(text))
        or any(_guesses(reading, names) < EASY_GUESSES for reading in {text, text.translate(_SHIFTED)})
        or (closed != text and _guesses(closed, names) < EASY_PHRASE)
    )


def is_built_of(password: str, names: Iterable[str]) -> bool:
    """Return whether the rest of a password, without common words and those of names, is easy to guess."""
    common = WORDS | _words(names)
    readings = set(_readings(_judged(password)))
    rests = {_without(reading, common) for reading in readings} - readings
    return any(_guesses(rest, ()) < EASY_REST for rest in rests)


def _readings(text: str) -> Iterator[str]:
    """Yield a text unchanged, without gaps between single letters, and with look-alikes read as letters."""
    closed = _SPACED_OUT.sub("", text)
    yield text
    yield closed
    for look_alikes in _LOOK_ALIKES:
        yield from _with_letters(closed, look_alikes)


def _with_letters(text: str, look_alikes: dict[int, int]) -> Iterator[str]:
    """Yield the text with look-alikes read as letters up to each possible end of the word, to keep a year."""
    ends = [found.end() for found in re.finditer(r"[^\W\d_]+", text)]
    for end in {*ends[-_MOST_ENDS:], len(text.rstrip("0123456789")), len(text)}:
        yield text[:end].translate(look_alikes) + text[end:]


def _varied(text: str, common: Iterable[str]) -> bool:
    """Return whether a text is one common word, once or repeated, with a usual affix."""
    word = "".join(sign for sign in text if sign.isalpha())
    affix = [part for part in re.split(r"[^\W\d_]+", text) if part]
    if not word or sum(map(_effort, affix)) > _USUAL_AFFIX:
        return False
    unit = _unit(word)
    return unit in common or any(unit in ranked for ranked in RANKED_DICTIONARIES.values())


def _unit(word: str) -> str:
    """Return the part that a word repeats, or the word itself."""
    return word[: (word + word).find(word, 1)]


def _effort(affix: str) -> int:
    """Return how many characters of an affix an attacker must guess: four for a date, two for a year."""
    affix = _YEAR.sub("yy", _DATE.sub("yyyy", affix))
    return sum(
        index == 0 or abs(ord(sign) - ord(affix[index - 1])) > 1 or sign == "y"
        for index, sign in enumerate(affix)
    )


def _walked(text: str) -> bool:
    """Return whether a text is a keyboard walk: adjacent keys in a few stretches."""
    keys = text.translate(_SHIFTED)
    stretches = 1 + sum(pair not in _NEXT_KEYS and pair[0] != pair[1] for pair in pairwise(keys))
    return len(keys) >= _SHORTEST_WALK * stretches


def _guesses(text: str, names: Iterable[str]) -> int:
    if not text:
        return 0
    if len(_LETTER_LIKE.intersection(text)) > _MANY:
        text = text[:_BRIEF_LENGTH]
    with _JUDGING:
        return int(zxcvbn(text, user_inputs=[*names])["guesses"])


def _words(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in _FAMILIAR_WORD.findall(folded(name))}


def _without(text: str, words: Iterable[str]) -> str:
    """Return a text without the given words, longest first, and without the fillers left on their own."""
    contained = sorted(
        (word for word in words if len(word) >= _SHORTEST_WORD and word in text), key=len, reverse=True
    )
    if not contained:
        return text
    for word in contained:
        text = text.replace(word, " ")
    return " ".join(word for word in text.split() if not _FILLED.fullmatch(word))


def _judged(password: str) -> str:
    """Return the folded start of a password, cut again since folding may expand characters."""
    return folded(password[:_JUDGED_LENGTH])[:_JUDGED_LENGTH]
