"""Requests a feed once for a preview, without storing anything or taking a lease."""

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from newsdesk.errors import ArticleRejected, Reason, Unavailable
from newsdesk.fetch.client import PERMANENT, Resolve, Response, open_http_client
from newsdesk.fetch.credentials import Credentials
from newsdesk.fetch.parsing import open_parsers
from newsdesk.fetch.plan import FeedState, PollResult, next_state
from newsdesk.fetch.polling import ACCEPT
from newsdesk.fetch.transport import look_up, system_resolver
from newsdesk.records import FeedItem
from newsdesk.settings import FetchSettings
from newsdesk.urls import host_key, split_login


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Content of a feed. `url` is the URL after redirects, `permanent_url` that after permanent ones; `entries` keep their order."""

    url: str
    title: str
    format: str
    entries: tuple[FeedItem, ...]
    permanent_url: str | None
    next_poll_at: dt.datetime | None


async def try_feed(url: str, *, settings: FetchSettings, now: Callable[[], dt.datetime], resolve: Resolve | None = None) -> Trial:
    """Request and parse the feed at this URL, which may contain a login.

    Raises Unavailable if it does not respond with status 200, ArticleRejected if it is refused or not a feed.
    """
    url, authorization = split_login(url)
    credentials = Credentials(url, authorization=authorization, return_cookies=settings.return_cookies)
    async with open_http_client(settings, now=now, resolve=resolve) as client:
        target, permanent_url, permanent = url, None, True
        for _ in range(settings.maximum_redirects + 1):
            response: Response = await client.get(target, accept=ACCEPT, fields=credentials.fields(target))
            credentials.store_cookies(response)
            if response.redirect_url is None:
                break
            target = response.redirect_url
            permanent = permanent and response.status in PERMANENT
            permanent_url = target if permanent else permanent_url
        else:
            raise ArticleRejected(Reason.UNREADABLE, f"more than {settings.maximum_redirects} redirects")
    if response.status != 200:
        raise Unavailable(host_key(response.url), f"HTTP status {response.status} {response.reason}".strip())
    async with open_parsers(settings) as parsers:
        parsed = await parsers.feed(response)
    dates = [item.published_at for item in parsed.items if item.published_at]
    result = PollResult(status=200, headers=response.headers, dates=dates, wait_seconds=parsed.hints.wait_seconds)
    state = next_state(FeedState(url=url), result, now())
    return Trial(
        url=response.url,
        title=parsed.title,
        format=parsed.format,
        entries=parsed.items,
        permanent_url=permanent_url,
        next_poll_at=state.next_poll_at,
    )


def check_host(url: str, settings: FetchSettings) -> bool:
    """Check the host of this URL; return whether it may be requested only because it is in `allowed_hosts`.

    Raises ArticleRejected (REFUSED_ADDRESS) if it is refused, Unavailable if its name cannot be resolved.
    """
    return asyncio.run(look_up(url, settings, resolve=system_resolver()))
