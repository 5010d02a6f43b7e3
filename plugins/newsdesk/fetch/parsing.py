"""Parses feeds and sitemaps in a child process with limits for time and memory, so that a crash or hang affects only one poll."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from newsdesk.child import Child, Limits
from newsdesk.fetch.client import Response
from newsdesk.fetch.feeds import ParsedFeed, parse_feed
from newsdesk.fetch.sitemaps import Sitemap, parse_sitemap
from newsdesk.settings import FetchSettings

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Parsers:
    """Parses responses one at a time in a child process, without blocking the event loop. Opened by `open_parsers`."""

    def __init__(self, child: Child, thread: ThreadPoolExecutor) -> None:
        self._child = child
        self._thread = thread

    async def feed(self, response: Response) -> ParsedFeed:
        """Parse a feed. Raises what `parse_feed` raises, and ArticleRejected (TIMED_OUT, CRASHED)."""
        return await self._call(parse_feed, response.body, content_type=response.content_type, url=response.url)

    async def sitemap(self, response: Response) -> Sitemap:
        """Parse a sitemap. Raises what `parse_sitemap` raises, and ArticleRejected (TIMED_OUT, CRASHED)."""
        return await self._call(parse_sitemap, response.body, url=response.url)

    async def _call(self, function: Callable[_Arguments, _Result], *arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        call = partial(self._child.call, function, *arguments, **named)
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


@contextlib.asynccontextmanager
async def open_parsers(settings: FetchSettings) -> AsyncIterator[Parsers]:
    """Provide parsers. The child process is started at the first use and stopped at the end of the block."""
    child = Child(
        Limits(
            task="parsing",
            seconds=settings.parse_deadline_seconds,
            memory_bytes=settings.parse_memory_bytes,
            seconds_setting="NEWSDESK_FETCH_PARSE_DEADLINE_SECONDS",
            memory_setting="NEWSDESK_FETCH_PARSE_MEMORY_BYTES",
        )
    )
    # A single thread waits for the child, so responses are parsed in order.
    thread = ThreadPoolExecutor(1, "newsdesk-parsing")
    try:
        yield Parsers(child, thread)
    finally:
        child.kill()
        thread.shutdown(cancel_futures=True)
        child.stop()
