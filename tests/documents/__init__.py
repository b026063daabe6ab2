"""The two documents that specify the portal, and the requests and answers printed in them."""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent
PRINTED_KEY = "your-api-key"
_CURL = re.compile(r"curl .*?https://api\.capgo\.app/organization/[^\s\"]*\"?", re.DOTALL)
_ANSWER = re.compile(r"(?:Example|Success) Response\s*(?={)")
_ERROR = re.compile(r"// [^{]*(?={)")
_INTERFACE = r"interface {name} {{([^}}]*)}}"


@dataclass(frozen=True)
class PrintedRequest:
    """The request that a `curl` command of a document sends."""

    method: str
    target: str
    headers: dict[str, str]
    body: str | None


def requests(document: str) -> list[PrintedRequest]:
    """Return the requests of a document, in order."""
    return [_request(command) for command in _CURL.findall(_text(document))]


def named(document: str, method: str, holding: str = "") -> PrintedRequest:
    """Return the first request of a document with a method and a text in its address."""
    return next(one for one in requests(document) if one.method == method and holding in one.target)


def answers(document: str) -> list[dict[str, Any]]:
    """Return the printed answers to successful requests, in order."""
    return _objects(document, _ANSWER)


def errors(document: str) -> list[dict[str, Any]]:
    """Return the printed answers to refused requests."""
    return _objects(document, _ERROR)


def fields(document: str, interface: str) -> list[str]:
    """Return the field names of a printed TypeScript interface."""
    found = re.search(_INTERFACE.format(name=interface), _text(document))
    assert found
    return re.findall(r"(\w+)\??:", found[1])


def _text(document: str) -> str:
    return (HERE / f"{document}.txt").read_text(encoding="utf-8")


def _objects(document: str, mark: re.Pattern[str]) -> list[dict[str, Any]]:
    text, decoder = _text(document), json.JSONDecoder()
    return [decoder.raw_decode(text, found.end())[0] for found in mark.finditer(text)]


def _request(command: str) -> PrintedRequest:
    """Parse a command as a shell would; one document lost the line breaks after its backslashes."""
    words = shlex.split(re.sub(r"\\\s", " ", command))[1:]
    method, headers, body, target = "GET", {}, None, ""
    while words:
        match words.pop(0):
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0)
            case address:
                parts = urlsplit(address)
                target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return PrintedRequest(method, target, headers, body)
