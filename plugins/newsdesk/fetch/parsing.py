"""Feeds and sitemaps parsed in a child process with a deadline: one that crashes or hangs the parser costs its own poll alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from newsdesk.child import Child, Limits
from newsdesk.fetch.client import Answer
from newsdesk.fetch.feeds import ParsedFeed, parse_feed
from newsdesk.fetch.sitemaps import Sitemap, parse_sitemap
from newsdesk.settings import FetchSettings

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Parsers:
    """A child that parses one answer after the other, while the event loop goes on. Opened by `open_parsers`."""

    def __init__(self, child: Child, thread: ThreadPoolExecutor) -> None:
        self._child = child
        self._thread = thread

    async def feed(self, answer: Answer) -> ParsedFeed:
        """Raises what `parse_feed` raises, and ArticleRejected(TIMED_OUT | CRASHED)."""
        return await self._call(parse_feed, answer.body, content_type=answer.content_type, url=answer.url)

    async def sitemap(self, answer: Answer) -> Sitemap:
        """Raises what `parse_sitemap` raises, and ArticleRejected(TIMED_OUT | CRASHED)."""
        return await self._call(parse_sitemap, answer.body, url=answer.url)

    async def _call(self, function: Callable[_Arguments, _Result], *arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        call = partial(self._child.call, function, *arguments, **named)
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


@contextlib.asynccontextmanager
async def open_parsers(settings: FetchSettings) -> AsyncIterator[Parsers]:
    """The child is started by the first answer that is parsed, and ends with the block."""
    child = Child(
        Limits(
            task="parsing",
            seconds=settings.parse_deadline_seconds,
            memory_bytes=settings.parse_memory_bytes,
            seconds_setting="NEWSDESK_FETCH_PARSE_DEADLINE_SECONDS",
            memory_setting="NEWSDESK_FETCH_PARSE_MEMORY_BYTES",
        )
    )
    # One thread: whoever waits for the child waits in it, and the answers are parsed in their order.
    thread = ThreadPoolExecutor(1, "newsdesk-parsing")
    try:
        yield Parsers(child, thread)
    finally:
        child.kill()
        thread.shutdown(cancel_futures=True)
        child.stop()
