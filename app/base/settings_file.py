"""Parses `crewroom.env`: lines of `NAME=value`, as for systemd, Docker and shells."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.base import regular_files
from app.base.setting_values import WrongSetting

_QUOTES = ("'", '"')
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment and its location in the file."""

    where: str
    name: str
    value: str


def lines(path: Path) -> Iterator[Assignment]:
    """Yield the assignments of a file; a missing file has none.

    Raises `WrongSetting` if a line is neither an assignment, blank nor a comment.
    """
    seen: dict[str, Assignment] = {}
    for number, text in enumerate(_text(path).split("\n"), start=1):
        where = f"{path}, line {number}"
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        line = _assignment(where, text.strip())
        if line.name in seen:
            raise WrongSetting(
                where, f"{line.name} is also set in {seen[line.name].where}; remove one of them"
            )
        seen[line.name] = line
        yield line


def _text(path: Path) -> str:
    try:
        content = regular_files.content(path)
    except FileNotFoundError:
        return ""
    except NotADirectoryError as error:
        raise WrongSetting("CREWROOM_INSTANCE", f"{path.parent} is not a folder") from error
    except OSError as error:
        raise WrongSetting(str(path), f"cannot be read ({error.strerror})") from error
    if content.startswith(_UTF_16):
        raise WrongSetting(str(path), "is UTF-16; save it as UTF-8")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise WrongSetting(f"{path}, line {number}", "is not UTF-8; save the file as UTF-8") from error


def _assignment(where: str, text: str) -> Assignment:
    left, equals, right = text.partition("=")
    words = left.split()
    name = words[1] if len(words) == 2 and words[0] == "export" else left.strip()  # noqa: PLR2004 - export NAME
    if not equals:
        raise WrongSetting(where, f"{_short(name)} has no `=`; write NAME=value")
    if not name.isidentifier():
        raise WrongSetting(where, f"{_short(name)} is not a name; write NAME=value")
    if not right.strip().replace("\t", " ").isprintable():
        raise WrongSetting(where, f"the value of {_short(name)} contains a control character")
    return Assignment(where, name, _value(where, name, right.strip()))


def _value(where: str, name: str, text: str) -> str:
    """Return a value without its quotes. Raises `WrongSetting` if a comment follows it."""
    quote = text[:1]
    if quote not in _QUOTES:
        return _without_comment(where, name, text)
    inside, closing, after = text[1:].partition(quote)
    if not closing:
        raise WrongSetting(where, f"the value of {name} begins with {quote} and has no closing quote")
    if not after:
        return inside
    return _without_comment(where, name, text)


def _without_comment(where: str, name: str, text: str) -> str:
    if any(part.startswith("#") for part in text.split()):
        raise WrongSetting(
            where,
            f"the value of {name} is followed by `#`: a comment needs a separate line, "
            "and a value that contains ` #` needs quotes",
        )
    return text


def _short(name: str) -> str:
    return repr(name if len(name) <= 40 else f"{name[:40]}…")  # noqa: PLR2004 - long enough to find the line
