"""A feed asked once to see what it is worth; nothing is kept and no lease is taken."""

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from newsdesk.errors import ArticleRejected, Reason, Unavailable
from newsdesk.fetch.client import PERMANENT, Answer, Resolve, open_web
from newsdesk.fetch.credentials import Credentials
from newsdesk.fetch.parsing import open_parsers
from newsdesk.fetch.plan import FeedResponse, FeedState, next_state
from newsdesk.fetch.polling import ACCEPT
from newsdesk.fetch.transport import look_up, system_resolver
from newsdesk.records import FeedItem
from newsdesk.settings import FetchSettings
from newsdesk.urls import host_key, split_login


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    url: str
    title: str
    format: str
    entries: tuple[FeedItem, ...]
    permanent_url: str | None
    next_poll_at: dt.datetime | None


async def try_feed(url: str, *, settings: FetchSettings, now: Callable[[], dt.datetime], resolve: Resolve | None = None) -> Trial:
    """What the feed at this address holds.

    Raises Unavailable and ArticleRejected as a poll would record them.
    """
    url, authorization = split_login(url)
    credentials = Credentials(url, authorization=authorization, return_cookies=settings.return_cookies)
    async with open_web(settings, now=now, resolve=resolve) as web:
        target, permanent_url, permanent = url, None, True
        for _ in range(settings.maximum_redirects + 1):
            answer: Answer = await web.get(target, accept=ACCEPT, fields=credentials.fields(target))
            credentials.remember(answer)
            if answer.redirect_url is None:
                break
            target = answer.redirect_url
            permanent = permanent and answer.status in PERMANENT
            permanent_url = target if permanent else permanent_url
        else:
            raise ArticleRejected(Reason.UNREADABLE, f"more than {settings.maximum_redirects} redirects")
    if answer.status != 200:
        raise Unavailable(host_key(answer.url), f"answered {answer.status} {answer.reason}".strip())
    async with open_parsers(settings) as parsers:
        parsed = await parsers.feed(answer)
    dates = [item.published_at for item in parsed.items if item.published_at]
    response = FeedResponse(status=200, headers=answer.headers, dates=dates, wait_seconds=parsed.hints.wait_seconds)
    state = next_state(FeedState(url=url), response, now())
    return Trial(
        url=answer.url,
        title=parsed.title,
        format=parsed.format,
        entries=parsed.items,
        permanent_url=permanent_url,
        next_poll_at=state.next_poll_at,
    )


def check_host(url: str, settings: FetchSettings) -> bool:
    """Whether the host of this address may be asked only because a setting frees it from the check of addresses.

    Raises ArticleRejected with REFUSED_ADDRESS where it would be refused, Unavailable where it cannot be looked up now.
    """
    return asyncio.run(look_up(url, settings, resolve=system_resolver()))
