"""Parse multipart forms: each part is a field in UTF-8, or a file."""

from collections.abc import Iterator

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from app.base.codes import Code
from app.base.errors import InvalidInput, UnsupportedMedia

# Names of UTF-8 and of its subset ASCII; an empty `charset=` declares nothing.
_UTF_8 = {"", "utf-8", "utf8", "us-ascii", "ascii"}


def fields(data: bytes, boundary: str, *, most: int) -> list[tuple[str, str]]:
    """Return the names and texts of the parts of a form without files, at most `most` of them.

    Raises `InvalidInput` for a malformed form or a file, and `UnsupportedMedia` for other encodings.
    Werkzeug's form parser would silently replace undecodable bytes by U+FFFD, and drop files.
    """
    found: list[tuple[str, str]] = []
    part: Field | None = None
    content = bytearray()
    for event in _events(data, boundary, most):
        if isinstance(event, File) and event.filename:
            raise InvalidInput(Code.WRONG_TYPE, f"{event.name} must be text, not a file", field=event.name)
        if isinstance(event, Field | File):  # a file without a name means that no file was chosen
            part, content = (event if isinstance(event, Field) else None), bytearray()
        elif isinstance(event, Data) and part:
            content += event.data
            if not event.more_data:
                found.append((part.name, text(part, bytes(content))))
    return found


def is_utf_8(charset: str) -> bool:
    """Return whether a declared `charset` is UTF-8 or ASCII."""
    return charset.strip("'\" ").lower() in _UTF_8


def decoder(boundary: str, *, most: int, most_bytes: int | None = None) -> MultipartDecoder:
    """Return a decoder that accepts `most` parts and buffers `most_bytes` bytes. Raises `InvalidInput`."""
    if not boundary:
        raise _malformed()
    return MultipartDecoder(boundary.encode(), most_bytes, max_parts=most)


def next_event(decoder: MultipartDecoder, *received: bytes | None) -> Event:
    """Feed the decoder with received data, None for the end of the form, and return its next event.

    Raises `InvalidInput` for a malformed form, and `UnsupportedMedia` for a part with a transfer encoding.
    """
    try:
        for data in received:
            decoder.receive_data(data)
        event: Event = decoder.next_event()
    except UnicodeDecodeError as error:  # in the headers of a part, in the name of a field or a file
        raise InvalidInput(Code.MALFORMED_BODY, "The form is not UTF-8") from error
    except (ValueError, RequestEntityTooLarge) as error:
        raise _malformed() from error
    if isinstance(event, Field | File):
        _check_part(event)
    return event


def text(part: Field, content: bytes) -> str:
    """Return the text of a part. ASCII content is accepted with any charset, since all of them include it."""
    declared = parse_options_header(part.headers.get("Content-Type", ""))[1].get("charset", "")
    if not is_utf_8(declared) and not content.isascii():
        raise UnsupportedMedia(f"The charset of {part.name} is not supported: send UTF-8", field=part.name)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(Code.INVALID_TEXT, f"{part.name} is not UTF-8", field=part.name) from error


def _events(data: bytes, boundary: str, most: int) -> Iterator[Event]:
    """Yield the events of a form. Raises `InvalidInput` if the form is truncated."""
    reader = decoder(boundary, most=most)
    event = next_event(reader, data, None)
    while not isinstance(event, Epilogue):
        if isinstance(event, NeedData):
            raise _malformed()
        yield event
        event = next_event(reader)


def _check_part(part: Field | File) -> None:
    """Raise `UnsupportedMedia` for a part with a transfer encoding, which RFC 7578 (4.7) deprecates.

    Mail libraries such as Python's `email` still use it, and Base64 must not be stored as the text.
    """
    if part.name is None:
        raise _malformed()
    coding = part.headers.get("Content-Transfer-Encoding", "").strip().lower()
    if coding not in {"", "7bit", "8bit", "binary"}:
        error = "Content-Transfer-Encoding is not supported: send each part as it is"
        raise UnsupportedMedia(error, field=part.name)


def _malformed() -> InvalidInput:
    return InvalidInput(
        Code.MALFORMED_BODY,
        "The form is not well-formed",
        message="It may have been cut off. Nothing was saved.",
    )
