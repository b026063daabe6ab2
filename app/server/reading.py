"""Feeds the parser: a head that is not ASCII line by line, so that its request line can be escaped first."""

import re
from collections.abc import Iterator
from typing import Any

import httptools

from app.server.deadlines import Timed

_END_OF_HEAD = b"\r\n\r\n"
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class Reading(Timed):
    """Feeds the parser."""

    def connection_made(self, transport: Any) -> None:
        """Begin with a request line."""
        super().connection_made(transport)
        self._in_line = True
        self.url = b""

    def _parse(self, data: bytes) -> None:
        for piece in self._pieces(data):
            self._feed(piece)

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield what arrived: a head, or each line of one that is not ASCII, then the body as it is.

        llhttp refuses bytes that are not ASCII in a target, but curl, wget and many libraries send an address
        as it was typed, and nginx, Apache and Node take it: it means the percent-encoded one (RFC 3987, 3.1).
        """
        start = 0
        while start < len(data):
            in_head = self._in_head
            piece = _head_or_line(data, start) if in_head else data[start:]
            start += len(piece)
            yield _NOT_ASCII.sub(_escaped, piece) if self._in_line else piece
            # Empty lines may precede a request line. One that arrives with the end of a body is not escaped.
            ended = self.url and (piece.endswith(b"\n") or not in_head)
            self._in_line = self._in_line and not ended

    def _feed(self, data: bytes) -> None:
        """Parse; a request for another protocol is answered in this one (RFC 9110, 7.8).

        llhttp does not read a body after such a head, so a new parser gets the framing of the body first.
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
    """Return a whole head that needs no escaping, else the next line, or what has come of it."""
    head = data[start : data.find(_END_OF_HEAD, start) + len(_END_OF_HEAD)]
    if head.endswith(_END_OF_HEAD) and head.isascii():
        return head
    return data[start : data.find(b"\n", start) + 1 or len(data)]


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"%%%02X" % found[0][0]
