"""Thread pools per kind of request, so that slow requests of one kind do not block the others."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog

from app.server import limits
from app.server.refusals import busy

R = TypeVar("R")
log = structlog.get_logger()


class Lane:
    """A thread pool whose queue is in the event loop, so that waiting requests take up no thread."""

    def __init__(self, name: str, threads: int) -> None:
        """Create a lane; its threads start when they are first needed."""
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._free = asyncio.Semaphore(threads)
        self._queued = 0

    async def run(self, work: Callable[[Callable[[R], None]], None]) -> R:
        """Run work in a thread and return as soon as it delivers a value, which may be before it ends.

        Raises what the work raises before that, and `Refused` if no thread is free in time.
        """
        await self._acquire_thread()
        return await self._run(work)

    async def run_next(self, work: Callable[[Callable[[R], None]], None]) -> R:
        """Run a later part of a request that was admitted by `run`; it waits for a thread without a limit."""
        await self._free.acquire()
        return await self._run(work)

    async def _run(self, work: Callable[[Callable[[R], None]], None]) -> R:
        loop = asyncio.get_running_loop()
        delivered: asyncio.Future[R] = loop.create_future()

        def deliver(value: R) -> None:
            loop.call_soon_threadsafe(_settle, delivered, value)

        running = loop.run_in_executor(self._threads, work, deliver)
        running.add_done_callback(lambda done: self._ended(done, delivered))
        return await delivered

    def _ended(self, done: asyncio.Future[None], delivered: asyncio.Future[R]) -> None:
        self._free.release()
        error = None if done.cancelled() else done.exception()
        if error and not delivered.done():
            delivered.set_exception(error)
        elif error:
            log.error("failed", exc_info=error)

    async def _acquire_thread(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        if self._queued >= limits.QUEUE_LENGTH:
            raise busy()
        self._queued += 1
        try:
            async with asyncio.timeout(limits.QUEUE_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise busy() from None
        finally:
            self._queued -= 1


def _settle(future: asyncio.Future[R], value: R) -> None:
    if not future.done():
        future.set_result(value)
