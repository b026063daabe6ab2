"""What RFC 9112 asks of a request's head, beyond what the parser checks by itself.

llhttp, strict, refuses bare line breaks, folded fields, spaces before colons, control characters, lengths
that are no numbers or come twice, a length beside a transfer coding, and malformed chunks.
"""

import re
from typing import NamedTuple

from app.server.refusals import Refused, malformed

# A label of a name has 1 to 63 characters (RFC 1035, 2.3.4); containers put underscores into theirs.
_NAME = rb"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?"
HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|" + _NAME + rb")(?::[0-9]{0,5})?")
_ABSOLUTE = re.compile(rb"(https?)://([^/?]*)(.*)", re.IGNORECASE | re.DOTALL)
_METHOD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64} ")
_DEFAULT_PORTS = {b"http": b":80", b"https": b":443"}
# A second one would mean something else to the next program that reads it.
_ONCE = {b"host", b"content-type", b"content-length", b"transfer-encoding", b"expect"}


class Head(NamedTuple):
    """A request's head, as it came; names of fields are in lower case."""

    method: bytes
    target: bytes
    version: str
    fields: list[tuple[bytes, bytes]]


def judged(head: Head) -> tuple[bytes, bytes]:
    """Return path and query of a request; raises `Refused` for what is no HTTP/1.1 or is ambiguous."""
    if head.version not in {"1.0", "1.1"}:
        raise Refused(505, "Send HTTP/1.1", "malformed")
    if head.method == b"CONNECT":
        raise Refused(405, "Method not allowed", "malformed")
    named = {name: value for name, value in head.fields if name in _ONCE}
    if len(named) < sum(name in _ONCE for name, _ in head.fields):
        raise malformed("A header that may stand once was sent twice")
    _check_coding(named, head.version)
    expected = named.get(b"expect") if head.version == "1.1" else None  # HTTP/1.0 has no expectations
    if expected and expected.lower() != b"100-continue":
        raise Refused(417, "Only Expect: 100-continue can be met", "malformed")
    return _split(head, _host(named.get(b"host"), head.version))


def could_be_method(start: bytes) -> bool:
    """Tell whether a request begins with a token that could be a method, known or not."""
    return _METHOD.match(start) is not None


def _check_coding(named: dict[bytes, bytes], version: str) -> None:
    coding = named.get(b"transfer-encoding")
    if coding is not None and (coding.strip().lower() != b"chunked" or version == "1.0"):
        raise malformed("Transfer-Encoding must be chunked, and HTTP/1.1")


def _host(given: bytes | None, version: str) -> bytes | None:
    """Return the host; only HTTP/1.0 may leave it out, as health checks of balancers do."""
    if given is None and version == "1.0":
        return None
    if given is None:
        raise malformed("The Host header is missing")
    if not HOST.fullmatch(given):
        raise malformed("The Host header is not the name of a host")
    return given


def _split(head: Head, host: bytes | None) -> tuple[bytes, bytes]:
    target = head.target
    if found := _ABSOLUTE.fullmatch(target):
        scheme, authority, rest = found.groups()
        if host is not None and _plain(authority, scheme) != _plain(host, scheme):
            raise malformed("The request's target and its Host header differ")
        target = rest if rest.startswith(b"/") else b"/" + rest
    elif (head.method, target) == (b"OPTIONS", b"*"):
        raise Refused(405, "Method not allowed", "malformed")
    elif not target.startswith(b"/"):
        raise malformed("The request's target is not a path")
    if b"#" in target:
        raise malformed("The request's target must not have a fragment")
    path, _, query = target.partition(b"?")
    return path, query


def _plain(authority: bytes, scheme: bytes) -> bytes:
    return authority.lower().removesuffix(_DEFAULT_PORTS[scheme.lower()]).removesuffix(b":")
