"""The reader of uploads: a form with one file, which goes to disk as it comes in, never into memory."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from app import texts
from app.errors import InvalidInput, TooLarge, TooSlow, UnsupportedMedia
from app.files import Draft
from app.web import bodies, incoming, multipart, rate_limits, upload_slots
from app.web.incoming import LONGEST_BODY, MOST_FIELDS
from app.web.origins import portal_config

FILE_FIELD = "file"
_CHUNK = 64 * 1024


@contextmanager
def received(admit: Callable[[], str]) -> Iterator[None]:
    """Read the form of the current request; its file lasts as long as the block.

    `admit` judges by the fields so far and returns whose upload it is, before the first byte of the file is
    kept and before anything is waited for: only then the upload takes one of the slots that others wait for.
    """
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMedia("Content-Type must be multipart/form-data")
    incoming.check_coding()
    bodies.check_charset(request.mimetype_params.get("charset", ""))
    with ExitStack() as held:
        network = rate_limits.client_address()
        reader = _Reader(admit, lambda person: held.enter_context(upload_slots.taken(person, network)))
        held.callback(reader.discard)
        reader.read()
        yield


class _Reader:
    """What was read of one form so far."""

    def __init__(self, admit: Callable[[], str], take_slot: Callable[[str], None]) -> None:
        self._judge = admit
        self._take_slot = take_slot
        self._has_slot = False
        self._pairs: list[tuple[str, Any]] = []
        self._name = ""
        self._text: bytearray | None = None  # the value of the field that comes in
        self._length_of_texts = 0
        self._draft: Draft | None = None

    def read(self) -> None:
        """Read to the end, and hand the fields and the draft to `incoming`."""
        for event in _events(self._admit_before_waiting):
            if isinstance(event, Field):
                self._name, self._text = event.name, bytearray()
            elif isinstance(event, File):
                self._begin_file(event)
            elif isinstance(event, Data):
                self._take(event)
        if self._draft:
            self._draft.seal()
        incoming.take([*self._pairs, *([(FILE_FIELD, self._draft)] if self._draft else [])])

    def discard(self) -> None:
        """Take the draft away; a file that was kept has another name by now."""
        if self._draft:
            self._draft.discard()

    def _admit(self) -> None:
        person = self._judge()
        if not self._has_slot:
            self._take_slot(person)
            self._has_slot = True

    def _admit_before_waiting(self) -> None:
        """Judge by what is here: a sender of long fields must not hold a thread without a slot."""
        if not self._has_slot:
            incoming.take(self._pairs)
            self._admit()

    def _begin_file(self, event: File) -> None:
        self._text = None
        if not event.filename:
            return  # a browser's form in which no file was chosen
        if event.name != FILE_FIELD:
            raise InvalidInput(f"The file must be in the field {FILE_FIELD}", field=FILE_FIELD)
        if self._draft:
            raise InvalidInput(f"{FILE_FIELD} is given twice", field=FILE_FIELD)
        incoming.take([*self._pairs, (FILE_FIELD, incoming.ARRIVING)])
        self._admit()
        self._draft = Draft(portal_config().bundles, texts.filename(event.filename))

    def _take(self, data: Data) -> None:
        if self._text is not None:
            self._take_text(self._text, data)
        elif self._draft:
            if self._draft.size + len(data.data) > portal_config().max_upload:
                raise _too_large()
            self._draft.write(data.data)

    def _take_text(self, text: bytearray, data: Data) -> None:
        self._length_of_texts += len(data.data)
        if self._length_of_texts > LONGEST_BODY:
            raise InvalidInput(f"The fields are longer than {LONGEST_BODY // 1024} KiB")
        text += data.data
        if not data.more_data:
            self._pairs.append((self._name, _decoded(text)))


def _events(before_waiting: Callable[[], None]) -> Iterator[Event]:
    """Walk the parts of the form as they come in; a form that ends early is no form.

    What came with the head is read first; `before_waiting` is called before anything else is.
    """
    decoder = MultipartDecoder(_boundary(), 4 * _CHUNK, max_parts=MOST_FIELDS)
    stream = _stream()
    event: Event | None = None
    data = b""
    while not isinstance(event, Epilogue):
        if isinstance(event, NeedData):
            if data:
                before_waiting()
            data = _read(stream)
        try:
            if isinstance(event, NeedData):
                decoder.receive_data(data or None)
            event = decoder.next_event()
        except UnicodeDecodeError as error:
            raise InvalidInput("The form is not UTF-8") from error
        except (ValueError, RequestEntityTooLarge) as error:
            raise _malformed() from error
        if isinstance(event, Field | File):
            _check_part(event)
        yield event


def _check_part(part: Field | File) -> None:
    if part.name is None:
        raise _malformed()
    multipart.check_part(part)


def _read(stream: Any) -> bytes:
    try:
        return bytes(stream.read(_CHUNK))
    except RequestEntityTooLarge as error:  # more than was announced, or nothing was
        raise _too_large() from error
    except ClientDisconnected as error:
        raise (TooSlow() if isinstance(error.__context__, TimeoutError) else _cut_short()) from error


def _stream() -> Any:
    """Return the body, as long as a file of the largest size and its fields may be."""
    request.max_content_length = portal_config().max_upload + 2 * LONGEST_BODY
    try:
        return request.stream
    except RequestEntityTooLarge as error:
        raise _too_large() from error


def _boundary() -> bytes:
    boundary = request.mimetype_params.get("boundary", "").encode()
    if not boundary:
        raise _malformed()
    return boundary


def _decoded(text: bytearray) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput("The form is not UTF-8") from error


def _malformed() -> InvalidInput:
    return InvalidInput("The form is not well-formed", message="It may have ended early. Nothing was kept.")


def _cut_short() -> InvalidInput:
    return InvalidInput("The body did not arrive whole", message="Nothing was kept.")


def _too_large() -> TooLarge:
    most = portal_config().max_upload_mb
    return TooLarge(f"The file is larger than {most} MB", message="Nothing was kept.", field=FILE_FIELD)
