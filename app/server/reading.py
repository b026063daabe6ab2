"""Feed the parser, after percent-encoding request lines that are not ASCII."""

import re
from collections.abc import Iterator
from typing import Any

import httptools

from app.server.deadlines import TimedConnection

_END_OF_HEAD = b"\r\n\r\n"
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class ParsingConnection(TimedConnection):
    """A connection that feeds its input to the parser."""

    def connection_made(self, transport: Any) -> None:
        """Start with a request line."""
        super().connection_made(transport)
        self._in_line = True
        self.url = b""

    def _parse(self, data: bytes) -> None:
        for piece in self._pieces(data):
            self._feed(piece)

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield whole heads, single lines of heads that are not ASCII, and bodies unchanged.

        llhttp refuses targets that are not ASCII, but curl, wget and many libraries send addresses as typed,
        and nginx, Apache and Node accept them as if they were percent-encoded (RFC 3987, 3.1).
        """
        start = 0
        while start < len(data):
            in_head = self._in_head
            piece = _head_or_line(data, start) if in_head else data[start:]
            start += len(piece)
            yield _NOT_ASCII.sub(_escaped, piece) if self._in_line else piece
            # Empty lines may precede a request line. A line that arrives with the end of a body stays as is.
            ended = self.url and (piece.endswith(b"\n") or not in_head)
            self._in_line = self._in_line and not ended

    def _feed(self, data: bytes) -> None:
        """Parse the data, and ignore upgrades to another protocol (RFC 9110, 7.8).

        llhttp does not read a body after an upgrade, so a new parser is first fed the framing of that body.
        """
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            if not self._in_head:
                self._primed = True
                self.parser.feed_data(self._priming())
                self._primed = False
            self._feed(data[upgrade.args[0] :])

    def _priming(self) -> bytes:
        wanted = (b"content-length", b"transfer-encoding")
        fields = b"".join(b"%s: %s\r\n" % field for field in self.headers if field[0] in wanted)
        return b"POST / HTTP/1.1\r\n" + fields + b"\r\n"

    def _has_body(self) -> bool:
        fields = dict(self.headers)
        return b"transfer-encoding" in fields or int(fields.get(b"content-length", b"0")) > 0


def _head_or_line(data: bytes, start: int) -> bytes:
    """Return a complete ASCII head if there is one, else the next line or the part of it that has arrived."""
    head = data[start : data.find(_END_OF_HEAD, start) + len(_END_OF_HEAD)]
    if head.endswith(_END_OF_HEAD) and head.isascii():
        return head
    return data[start : data.find(b"\n", start) + 1 or len(data)]


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"%%%02X" % found[0][0]
