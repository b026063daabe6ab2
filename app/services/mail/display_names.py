"""Names in mail, shown as typed but in a way that mail programs don't turn into links."""

import re

# Invisible and non-breaking. No address may contain it, so mail programs detect none (tested with many).
_WORD_JOINER = "\u2060"
_SCHEME = re.compile(r"(?<=\w):(?=//|[A-Za-z+])")
# Phones link numbers despite separators, even invisible ones, so quotation marks show that it is a name.
_PHONE_NUMBER = re.compile(r"\d(?:[ ()./-]*\d){8}")
_DOT_OR_AT = re.compile(r"(?<=[^\s.])([.@\u3002\uff0e\uff61\uff20])(?=[^\s.])")
_NAME_AND_ADDRESS = re.compile(r"(.*) \((\S+@\S+)\)")
_PLAIN_ADDRESS = re.compile(r"(?!www\.)[A-Za-z0-9_+\-.]+@[\w\-.]+", re.ASCII)


def without_links(text: str) -> str:
    """Return a text in which mail programs detect no web or email address."""
    parted = _SCHEME.sub(": ", text)
    return _DOT_OR_AT.sub(rf"{_WORD_JOINER}\1", parted)


def quoted(text: str) -> str:
    """Return a name for use in a sentence, in quotation marks if it could be taken for more than a name."""
    shown = without_links(text)
    plain = shown == text and not _PHONE_NUMBER.search(text)
    return shown if plain else f"\u201c{shown}\u201d"


def person(name: str, address: str) -> str:
    """Return `Name (address)`, in which the name can't pass for another person's address."""
    shown = address if _PLAIN_ADDRESS.fullmatch(address) else without_links(address)
    if not name or name == address:
        return shown
    return f"{quoted(name)} ({shown})" if address else quoted(name)


def described(text: str) -> str:
    """Return an actor for mail, from a text such as `Name (address)` or the operator."""
    match = _NAME_AND_ADDRESS.fullmatch(text)
    return person(match[1], match[2]) if match else quoted(text)
