"""Check request heads against RFC 9112, beyond what the parser checks.

llhttp in strict mode refuses bare line breaks, folded fields, spaces before colons, control characters,
invalid or repeated lengths, a length together with a transfer coding, and malformed chunks.
"""

import re
from typing import NamedTuple

from app.base.codes import Code
from app.server.refusals import Refused, malformed

# A label of a host name has 1 to 63 characters (RFC 1035, 2.3.4); names of containers may have underscores.
_NAME = rb"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?"
HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|" + _NAME + rb")(?::[0-9]{0,5})?")
_ABSOLUTE = re.compile(rb"(https?)://([^/?]*)(.*)", re.IGNORECASE | re.DOTALL)
_METHOD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64} ")
_DEFAULT_PORTS = {b"http": b":80", b"https": b":443"}
# If one of these were repeated, a proxy and the portal could each read a different value.
_ONCE = {b"host", b"content-type", b"content-length", b"transfer-encoding", b"expect"}


class Head(NamedTuple):
    """A request's head as received, with field names in lower case."""

    method: bytes
    target: bytes
    version: str
    fields: list[tuple[bytes, bytes]]


def check_head(head: Head) -> tuple[bytes, bytes]:
    """Return the path and query of a request. Raises `Refused` if its head is invalid or ambiguous."""
    if head.version not in {"1.0", "1.1"}:
        raise Refused(Code.MALFORMED_REQUEST, "Send HTTP/1.1", status=505)
    if head.method == b"CONNECT":
        raise Refused(Code.METHOD_NOT_ALLOWED, status=405)
    single = {name: value for name, value in head.fields if name in _ONCE}
    if len(single) < sum(name in _ONCE for name, _ in head.fields):
        raise malformed("A header that must not be repeated was sent twice")
    _check_coding(single, head.version)
    expected = single.get(b"expect") if head.version == "1.1" else None  # HTTP/1.0 does not have Expect
    if expected and expected.lower() != b"100-continue":
        raise Refused(Code.MALFORMED_REQUEST, "Only Expect: 100-continue is supported", status=417)
    return _split(head, _host(single.get(b"host"), head.version))


def could_be_method(start: bytes) -> bool:
    """Return whether a request starts with a token that is a syntactically valid method."""
    return _METHOD.match(start) is not None


def _check_coding(fields: dict[bytes, bytes], version: str) -> None:
    coding = fields.get(b"transfer-encoding")
    if coding is not None and (coding.strip().lower() != b"chunked" or version == "1.0"):
        raise malformed("Transfer-Encoding must be chunked and needs HTTP/1.1")


def _host(given: bytes | None, version: str) -> bytes | None:
    """Return the host. It is optional in HTTP/1.0, which some load balancers use for health checks."""
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
        if host is not None and _without_default_port(authority, scheme) != _without_default_port(
            host, scheme
        ):
            raise malformed("The request's target and its Host header differ")
        target = rest if rest.startswith(b"/") else b"/" + rest
    elif (head.method, target) == (b"OPTIONS", b"*"):
        raise Refused(Code.METHOD_NOT_ALLOWED, status=405)
    elif not target.startswith(b"/"):
        raise malformed("The request's target is not a path")
    if b"#" in target:
        raise malformed("The request's target must not have a fragment")
    path, _, query = target.partition(b"?")
    return path, query


def _without_default_port(authority: bytes, scheme: bytes) -> bytes:
    return authority.lower().removesuffix(_DEFAULT_PORTS[scheme.lower()]).removesuffix(b":")
