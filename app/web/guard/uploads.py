"""Read forms with a file, which is streamed to disk."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, NeedData

from app.base.codes import Code
from app.base.errors import DomainError, InvalidInput, UnsupportedMedia
from app.storage.blobs import Draft
from app.text import names
from app.web.current import current
from app.web.guard import rate_limits
from app.web.request import bodies, incoming, multipart, upload_slots
from app.web.request.incoming import LONGEST_BODY, MOST_FIELDS

FILE_FIELD = "file"
_CHUNK = 64 * 1024


@contextmanager
def received(admit: Callable[[], str]) -> Iterator[None]:
    """Read the form of the current request; its file is discarded at the end of the block, unless kept.

    `admit` checks the fields so far and returns the id of the person, before any of the file is stored and
    before waiting for more input. After it, the upload takes one of the limited slots.
    """
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMedia("Content-Type must be multipart/form-data")
    incoming.check_coding()
    bodies.check_charset(request.mimetype_params.get("charset", ""))
    with ExitStack() as cleanup:
        network = rate_limits.client_address()
        reader = _Reader(admit, lambda person: cleanup.enter_context(upload_slots.slot(person, network)))
        cleanup.callback(reader.discard)
        reader.read()
        yield


class _Reader:
    """The state of reading one form."""

    def __init__(self, admit: Callable[[], str], take_slot: Callable[[str], None]) -> None:
        self._check = admit
        self._take_slot = take_slot
        self._has_slot = False
        self._pairs: list[tuple[str, Any]] = []
        self._field: Field | None = None  # the field that is being read, and its value
        self._text = bytearray()
        self._text_length = 0
        self._draft: Draft | None = None

    def read(self) -> None:
        """Read to the end, and set the fields and the draft as the input of the request."""
        for event in _events(self._admit_before_waiting):
            if isinstance(event, Field):
                self._field, self._text = event, bytearray()
            elif isinstance(event, File):
                self._start_file(event)
            elif isinstance(event, Data):
                self._take(event)
        if self._draft:
            self._draft.seal()
        incoming.take([*self._pairs, *([(FILE_FIELD, self._draft)] if self._draft else [])])

    def discard(self) -> None:
        """Delete the draft; a file that was kept has been renamed."""
        if self._draft:
            self._draft.discard()

    def _admit(self) -> None:
        person = self._check()
        if not self._has_slot:
            self._take_slot(person)
            self._has_slot = True

    def _admit_before_waiting(self) -> None:
        """Check what has arrived so far: a slow client must not take up a thread without a slot."""
        if not self._has_slot:
            incoming.take(self._pairs)
            self._admit()

    def _start_file(self, event: File) -> None:
        self._field = None
        if not event.filename:
            return  # in a browser's form, no file was chosen
        if event.name != FILE_FIELD:
            raise InvalidInput(
                Code.FIELD_MISPLACED, f"The file must be in the field {FILE_FIELD}", field=FILE_FIELD
            )
        if self._draft:
            raise InvalidInput(Code.FIELD_REPEATED, f"{FILE_FIELD} is given twice", field=FILE_FIELD)
        incoming.take([*self._pairs, (FILE_FIELD, incoming.ARRIVING)])
        self._admit()
        self._draft = Draft(current.settings.bundles, names.filename(event.filename))

    def _take(self, data: Data) -> None:
        if self._field is not None:
            self._take_text(self._field, data)
        elif self._draft:
            if self._draft.size + len(data.data) > current.settings.max_upload:
                raise _too_large()
            self._draft.write(data.data)

    def _take_text(self, field: Field, data: Data) -> None:
        self._text_length += len(data.data)
        if self._text_length > LONGEST_BODY:
            raise InvalidInput(Code.TOO_LONG, f"The fields are longer than {LONGEST_BODY // 1024} KiB")
        self._text += data.data
        if not data.more_data:
            self._pairs.append((field.name, multipart.text(field, bytes(self._text))))


def _events(before_waiting: Callable[[], None]) -> Iterator[Event]:
    """Yield the events of the form as it arrives. Raises `InvalidInput` if it is truncated.

    The first chunk is read at once; `before_waiting` is called before each further one.
    """
    boundary = request.mimetype_params.get("boundary", "")
    decoder = multipart.decoder(boundary, most=MOST_FIELDS, most_bytes=4 * _CHUNK)
    stream = _stream()
    data = _read(stream)
    event = multipart.next_event(decoder, data or None)
    while not isinstance(event, Epilogue):
        yield event
        if not isinstance(event, NeedData):
            event = multipart.next_event(decoder)
            continue
        before_waiting()
        data = _read(stream)
        event = multipart.next_event(decoder, data or None)


def _read(stream: Any) -> bytes:
    try:
        return bytes(stream.read(_CHUNK))
    except RequestEntityTooLarge as error:  # longer than declared, or without a declared length
        raise _too_large() from error
    except ClientDisconnected as error:
        raise (_too_slow() if isinstance(error.__context__, TimeoutError) else _cut_short()) from error


def _stream() -> Any:
    """Return the body as a stream, limited to the size of the largest file and its fields."""
    request.max_content_length = current.settings.max_upload + 2 * LONGEST_BODY
    try:
        return request.stream
    except RequestEntityTooLarge as error:
        raise _too_large() from error


def _cut_short() -> InvalidInput:
    return InvalidInput(Code.INCOMPLETE_BODY, message="Nothing was saved.")


def _too_slow() -> DomainError:
    error = "The body took too long to arrive"
    return DomainError(Code.REQUEST_TIMEOUT, error, message="Nothing was stored.", status=408)


def _too_large() -> DomainError:
    most = current.settings.max_upload_mb
    error, message = f"The file is larger than {most} MB", "Nothing was saved."
    return DomainError(Code.FILE_TOO_LARGE, error, message=message, field=FILE_FIELD, status=413)
