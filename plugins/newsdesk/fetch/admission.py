"""A feed is added: its address is checked as a poll would check it."""

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
    """`is_changed`: the feed was known, and got what was given with it. `note` is why its host could not be looked up."""

    url: str
    is_added: bool
    is_changed: bool
    note: str = ""

    @property
    def outcome(self) -> str:
        return "added" if self.is_added else "changed" if self.is_changed else "known already"


def admit_feed(engine: sa.Engine, url: str, *, source: str, title: str, settings: FetchSettings, now: dt.datetime) -> Admission:
    """Add the feed, due at once; one that is known gets the given source, title or login.

    Raises SetupError if the URL is invalid, or if its host is not allowed.
    """
    address, authorization = split_login(feed_address(url))
    note = _check_host(engine, address, settings, now) if is_feed_address(address) else ""
    is_added = add_feed(engine, url, source=source, title=title, now=now)
    return Admission(address, is_added, bool(source or title or authorization), note)


def _check_host(engine: sa.Engine, url: str, settings: FetchSettings, now: dt.datetime) -> str:
    """Why the host of this address cannot be looked up now; empty where it can. Raises SetupError where it would be refused."""
    name = host_key(url)
    try:
        is_freed = check_host(url, with_allowed_hosts(settings, engine))
    except ArticleRejected as refused:
        remedy = f"`newsdesk feeds allow {name}` allows it, and so does NEWSDESK_FETCH_ALLOWED_HOSTS"
        raise SetupError(f"{url} would be refused: {refused}", remedy) from refused
    except Unavailable as error:
        return str(error)
    if is_freed:
        # Airflow's tasks have an environment of their own: what is allowed here is allowed there.
        allow_host(engine, name, now=now)
    return ""
