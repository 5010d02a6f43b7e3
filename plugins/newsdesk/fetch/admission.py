"""Adds a feed after checking its URL like a poll."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.errors import ArticleRejected, SetupError, Unavailable
from newsdesk.fetch.allowed_hosts import allow_host, with_allowed_hosts
from newsdesk.fetch.opml import feed_address, is_feed_address
from newsdesk.fetch.state import add_feed
from newsdesk.fetch.trial import check_host
from newsdesk.settings import FetchSettings
from newsdesk.urls import host_key, split_login


@dataclass(frozen=True, slots=True)
class Admission:
    """The result of adding a feed. `is_changed`: the feed was known, and was updated. `note`: why its host could not be resolved."""

    url: str
    is_added: bool
    is_changed: bool
    note: str = ""

    @property
    def outcome(self) -> str:
        return "added" if self.is_added else "changed" if self.is_changed else "known already"


def admit_feed(engine: sa.Engine, url: str, *, source: str, title: str, settings: FetchSettings, now: dt.datetime) -> Admission:
    """Add the feed, due at once; a known feed is updated with the given source, title or login.

    Raises SetupError if the URL is invalid, or if its host is not allowed.
    """
    address, authorization = split_login(feed_address(url))
    note = _check_host(engine, address, settings, now) if is_feed_address(address) else ""
    is_added = add_feed(engine, url, source=source, title=title, now=now)
    return Admission(address, is_added, bool(source or title or authorization), note)


def _check_host(engine: sa.Engine, url: str, settings: FetchSettings, now: dt.datetime) -> str:
    """Return why the host of this URL cannot be resolved now, or "". Raises SetupError if its address is not allowed."""
    name = host_key(url)
    try:
        is_freed = check_host(url, with_allowed_hosts(settings, engine))
    except ArticleRejected as refused:
        remedy = f"`newsdesk feeds allow {name}` allows it, and so does NEWSDESK_FETCH_ALLOWED_HOSTS"
        raise SetupError(f"{url} would be refused: {refused}", remedy) from refused
    except Unavailable as error:
        return str(error)
    if is_freed:
        # Stored, because the environment of Airflow's tasks may not allow the host.
        allow_host(engine, name, now=now)
    return ""
