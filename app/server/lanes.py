"""Lanes: each kind of request has threads of its own, so that no kind stops another."""

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
    """Some threads, and a queue in the loop for what waits for one; waiting costs no thread."""

    def __init__(self, name: str, threads: int) -> None:
        """Name the lane and set the number of its threads, which are started when needed."""
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._free = asyncio.Semaphore(threads)
        self._queued = 0

    async def run(self, work: Callable[[Callable[[R], None]], None]) -> R:
        """Run something in a thread, and return what it delivers, which need not be its end.

        Raises what it raises before that, and `Refused` when no thread gets free in time.
        """
        await self._wait()
        return await self._run(work)

    async def run_next(self, work: Callable[[Callable[[R], None]], None]) -> R:
        """Run the next part of work that was admitted before, which is never refused for lack of a thread."""
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

    async def _wait(self) -> None:
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
