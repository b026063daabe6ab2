"""Bridge the event loop and the WSGI application, which runs in threads."""

import asyncio
import io
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from app.base.codes import Code
from app.server import limits
from app.server.answers import Answer, Application, call_application
from app.server.bodies import Body, Receive, Stream
from app.server.environ import address_of, environ_of
from app.server.lanes import Lane
from app.server.refusals import Refusals, Refused

log = structlog.get_logger()
# Returns the lane of a request, given its method, path and content type.
Router = Callable[[str, bytes, bytes], str]
FILES, UPLOADS = "files", "uploads"


class Bridge:
    """An ASGI application that calls a WSGI application."""

    def __init__(
        self, application: Application, lanes: Mapping[str, int], route: Router, refusals: Refusals
    ) -> None:
        """Create one thread pool per lane; `lanes` maps their names to numbers of threads."""
        self._application = application
        self._lanes = {name: Lane(name, threads) for name, threads in lanes.items()}
        self._route = route
        self._refusals = refusals

    async def __call__(self, scope: Any, receive: Receive, send: Any) -> None:
        """Answer one request."""
        started_at = time.monotonic()
        body = Body(receive, scope["headers"])
        try:
            answer = await self._answer(scope, body)
        except Exception as error:  # noqa: BLE001 - the client gets a 500, and the log the traceback
            answer = self._refusal(scope, started_at, error)
        with suppress(ConnectionError):
            await self._send(answer, body, send)

    def _refusal(self, scope: Any, started_at: float, error: Exception) -> Answer:
        if not isinstance(error, Refused):
            log.error("failed", exc_info=error)
            error = Refused(Code.INTERNAL_ERROR, status=500)
        request = {
            "method": scope["method"],
            "path": scope["raw_path"].decode("latin-1"),
            "milliseconds": round((time.monotonic() - started_at) * 1000, 1),
            "address": address_of(scope["client"]),
        }
        headers, text = self._refusals.answer(error, request)
        return Answer(error.status, headers, [text])

    async def _answer(self, scope: Any, body: Body) -> Answer:
        """Read the body, then run the application. Raises `Refused` if the body is incomplete."""
        fields = dict(scope["headers"])
        lane = self._route(scope["method"], scope["raw_path"], fields.get(b"content-type", b""))
        oversized = (body.declared or 0) > limits.BODY_BYTES and lane != UPLOADS
        beginning = b"" if oversized or body.whole else await body.beginning()
        uploaded = lane == UPLOADS and not body.whole
        stream = Stream(beginning, body, asyncio.get_running_loop()) if uploaded else io.BytesIO(beginning)
        environ = environ_of(scope, stream)
        if beginning and body.declared is None and not uploaded:
            environ["CONTENT_LENGTH"] = str(
                len(beginning)
            )  # lets the application see that a truncated body is too long
        return await self._lanes[lane].run(partial(call_application, self._application, environ))

    async def _send(self, answer: Answer, body: Body, send: Any) -> None:
        """Send an answer in pieces, and read an unfinished request body before ending it.

        Raises `ConnectionError` if the client disconnects.
        """
        headers = answer.headers if body.whole else [*answer.headers, (b"connection", b"close")]
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            last = answer.beginning
            while answer.continues:
                await send({"type": "http.response.body", "body": last, "more_body": True})
                last = await self._piece(answer)
            if not body.whole:
                await send({"type": "http.response.body", "body": last, "more_body": True})
                await body.discard()
                last = b""
            await send({"type": "http.response.body", "body": last, "more_body": False})
        finally:
            answer.close()

    async def _piece(self, answer: Answer) -> bytes:
        def read(deliver: Callable[[bytes], None]) -> None:
            deliver(answer.next_piece())

        return await self._lanes[FILES].run_next(read)
