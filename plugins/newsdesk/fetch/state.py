"""Feeds in the state database: adding, importing, listing and changing them, and storing the results of polls."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from newsdesk.errors import SetupError
from newsdesk.fetch.opml import Outline, feed_address, is_feed_address, parse_opml, source_name
from newsdesk.fetch.plan import FIRST_INTERVAL, MAXIMUM_WAIT, FeedState, FeedStatus, PastAnswer, PollReason, host_hash
from newsdesk.fetch.source_names import LONGEST_KEY, read_source_names, write_source_name
from newsdesk.fetch.tables import FEEDS, PAGE_KEYS, PAGES, SUBSCRIPTIONS
from newsdesk.urls import host_key, split_login

SOON = dt.timedelta(seconds=20)
"""Tolerance for polls that would be due shortly after the start of a run: runs start on the minute, and polls some seconds later."""

_BY_RHYTHM = (PollReason.RHYTHM, PollReason.FEED_ASKED)
_LONGEST_NUMBER = 9
_STATE_FIELDS = tuple(field.name for field in dataclasses.fields(FeedState) if field.name != "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed with its login, cache validators and polling state.

    `listed_url` is the URL with which it was added. `is_pushed`: a hub announces changes, so that polling is only a fallback.
    """

    id: int
    source: str
    state: FeedState
    host: str = ""
    listed_url: str = ""
    title: str = ""
    authorization: str | None = dataclasses.field(default=None, repr=False)
    is_pushed: bool = False
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    read_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """A line of `newsdesk feeds list`. `pages_failing` is the number of pages whose last fetch failed and that will be retried."""

    id: int
    url: str
    source: str
    title: str
    status: str
    last_success_at: dt.datetime | None
    next_poll_at: dt.datetime | None
    interval_seconds: float
    failures: int
    last_error: str | None
    articles_24h: int
    pages_failing: int


_HEALTH_COLUMNS = tuple(field.name for field in dataclasses.fields(FeedHealth) if field.name not in ("articles_24h", "pages_failing"))


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """Result of an import: numbers of new and of known feeds, and a message for each part of the list that was skipped."""

    added: int
    known: int
    left_out: tuple[str, ...] = ()


def import_opml(engine: sa.Engine, opml: bytes, *, name: str = "feeds.opml", now: dt.datetime | None = None) -> ImportCounts:
    """Add the feeds of an OPML list. Known feeds are not changed.

    Raises SetupError, without adding any feed, if the list cannot be parsed or contains no feed.
    """
    left_out: list[str] = []
    outlines = parse_opml(opml, name=name, left_out=left_out.append)
    at = now or dt.datetime.now(dt.UTC)
    with engine.begin() as connection:
        known = set(connection.scalars(sa.union(sa.select(FEEDS.c.url), sa.select(FEEDS.c.listed_url))))
        fresh = {outline.url: outline for outline in reversed(outlines) if outline.url not in known}
        rows = [_new_row(outline, at) for outline in reversed(fresh.values())]
        if rows:
            connection.execute(sa.insert(FEEDS), rows)
    return ImportCounts(added=len(rows), known=len(outlines) - len(rows), left_out=tuple(left_out))


def add_feed(engine: sa.Engine, url: str, *, source: str = "", title: str = "", now: dt.datetime | None = None) -> bool:
    """Add a feed, due at once. If it is known, update its source, title and login where given, and return False.

    User and password in the URL are stored as the feed's login. `source` is the key or name of a known source, or the key of a new one.
    Raises SetupError if the URL is invalid.
    """
    url, authorization = split_login(feed_address(url))
    if not is_feed_address(url):
        raise SetupError(f"{url} is not a valid feed URL", "Give a URL that starts with http:// or https://")
    with engine.begin() as connection:
        known = connection.scalar(sa.select(FEEDS.c.id).where(sa.or_(FEEDS.c.url == url, FEEDS.c.listed_url == url)))
        source = _source_key(connection, source)
        if known is None:
            outline = Outline(url=url, authorization=authorization, title=title, source=source)
            connection.execute(sa.insert(FEEDS), _new_row(outline, now or dt.datetime.now(dt.UTC)))
        else:
            _change(connection, [known], source=source, title=title, authorization=authorization)
    return known is None


def export_outlines(engine: sa.Engine) -> list[Outline]:
    """Return all feeds except retired ones, with their current URLs and the folders and attributes of their import."""
    query = sa.select(FEEDS).where(FEEDS.c.status != FeedStatus.GONE).order_by(FEEDS.c.id)
    with engine.connect() as connection:
        return [_outline(row) for row in connection.execute(query)]


def list_feeds(engine: sa.Engine, *, now: dt.datetime) -> list[FeedHealth]:
    """Return the health of all feeds, in the order in which they were added."""
    captured = (
        sa.select(PAGES.c.feed_id, sa.func.count().label("articles"))
        .where(PAGES.c.first_seen_at > now - dt.timedelta(hours=24), PAGES.c.capture.is_not(None))
        .group_by(PAGES.c.feed_id)
        .subquery()
    )
    failing = sa.select(PAGES.c.feed_id, sa.func.count().label("failing")).where(is_failing()).group_by(PAGES.c.feed_id).subquery()
    query = (
        sa.select(
            *(FEEDS.c[name] for name in _HEALTH_COLUMNS),
            sa.func.coalesce(captured.c.articles, 0).label("articles_24h"),
            sa.func.coalesce(failing.c.failing, 0).label("pages_failing"),
        )
        .outerjoin(captured, captured.c.feed_id == FEEDS.c.id)
        .outerjoin(failing, failing.c.feed_id == FEEDS.c.id)
        .order_by(FEEDS.c.id)
    )
    with engine.connect() as connection:
        return [FeedHealth(**row._mapping) for row in connection.execute(query)]


def is_failing() -> sa.ColumnElement[bool]:
    """SQL condition: the last fetch of the page failed, and it will be retried."""
    return sa.and_(PAGES.c.next_fetch_at.is_not(None), PAGES.c.failures > 0)


def feed_ids(engine: sa.Engine) -> dict[str, int]:
    """Return the ids of all feeds by current URL and by the URL with which they were added."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(FEEDS.c.id, FEEDS.c.url, FEEDS.c.listed_url)).all()
    return {**{row.listed_url: row.id for row in rows}, **{row.url: row.id for row in rows}}


def rename_feeds(engine: sa.Engine, feed: str, *, source: str = "", title: str = "") -> int:
    """Change source or title of the feeds with this id, URL or source; return their number.

    The source of their known pages changes too, so that new captures have the new source. If the old source has no feed left, its
    articles are shown and found under the new one.
    """
    with engine.begin() as connection:
        rows = connection.execute(sa.select(FEEDS.c.id, FEEDS.c.source).where(is_named(connection, feed))).all()
        key = _source_key(connection, source)
        _change(connection, [row.id for row in rows], source=key, title=title)
        if key:
            _move_names(connection, {row.source for row in rows} - {key}, key)
    return len(rows)


def name_source(engine: sa.Engine, source: str, name: str) -> int:
    """Rename the source with this key or name; return the number of its keys, 0 if it is unknown. All its articles have the new name."""
    with engine.begin() as connection:
        keys = read_source_names(connection).find(source)
        write_source_name(connection, keys, name)
    return len(keys)


def remove_feeds(engine: sa.Engine, feed: str) -> int:
    """Delete the feeds with this id, URL or source; return their number.

    Pages that were never fetched are deleted. Captured pages remain known, but are not revisited.
    """
    with engine.begin() as connection:
        ids = list(connection.scalars(sa.select(FEEDS.c.id).where(is_named(connection, feed))))
        waiting = sa.and_(PAGES.c.feed_id.in_(ids), PAGES.c.visits == 0)
        connection.execute(sa.delete(PAGE_KEYS).where(PAGE_KEYS.c.page_id.in_(sa.select(PAGES.c.id).where(waiting))))
        connection.execute(sa.delete(PAGES).where(waiting))
        connection.execute(sa.update(PAGES).where(PAGES.c.feed_id.in_(ids)).values(next_fetch_at=None))
        connection.execute(sa.delete(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.feed_id.in_(ids)))
        connection.execute(sa.delete(FEEDS).where(FEEDS.c.id.in_(ids)))
    return len(ids)


def poll_now(engine: sa.Engine, feed: str, *, now: dt.datetime) -> int:
    """Make the active feeds with this id, URL or source due at once; return their number."""
    with engine.begin() as connection:
        chosen = sa.and_(is_named(connection, feed), FEEDS.c.status == FeedStatus.ACTIVE)
        due = sa.update(FEEDS).where(chosen).values(next_poll_at=now, next_poll_reason=PollReason.REQUESTED)
        return int(connection.execute(due).rowcount)


def set_status(engine: sa.Engine, feed: str, status: FeedStatus, *, now: dt.datetime) -> int:
    """Set the status of the feeds with this id, URL or source; return their number. Feeds that become active are due at once."""
    due = now if status is FeedStatus.ACTIVE else None
    with engine.begin() as connection:
        chosen = sa.update(FEEDS).where(is_named(connection, feed))
        result = connection.execute(chosen.values(status=status, next_poll_at=due, failures=0))
        return int(result.rowcount)


def is_named(connection: sa.Connection, feed: str) -> sa.ColumnElement[bool]:
    """SQL condition: the feed has this id, URL (with or without login), or key or name of its source."""
    if feed.isdecimal() and len(feed) <= _LONGEST_NUMBER:
        return FEEDS.c.id == int(feed)
    url, _ = split_login(feed)
    is_of_source = FEEDS.c.source.in_(read_source_names(connection).keys(feed))
    return sa.or_(FEEDS.c.url == url, FEEDS.c.listed_url == url, is_of_source)


def _source_key(connection: sa.Connection, source: str) -> str:
    """Return the key of the source with this key or name; the given text if there is no such source yet."""
    keys = read_source_names(connection).find(source) if source else ()
    return source[:LONGEST_KEY] if source in keys or not keys else keys[0]


def _move_names(connection: sa.Connection, old: Iterable[str], new: str) -> None:
    """Give sources that have no feed any more the name of the new one, so that their articles are found with it."""
    left = set(connection.scalars(sa.select(FEEDS.c.source).where(FEEDS.c.source.in_(old))))
    write_source_name(connection, sorted(set(old) - left), read_source_names(connection).name(new))


def _change(connection: sa.Connection, ids: Sequence[int], *, source: str, title: str, authorization: str | None = None) -> None:
    """Update the given values; empty ones are not changed."""
    given = {"source": source, "title": title, "authorization": authorization}
    values = {name: value for name, value in given.items() if value}
    if values:
        connection.execute(sa.update(FEEDS).where(FEEDS.c.id.in_(ids)).values(**values))
    if source:
        connection.execute(sa.update(PAGES).where(PAGES.c.feed_id.in_(ids)).values(source=source))


def select_feeds(engine: sa.Engine, hosts: Sequence[str], chosen: sa.ColumnElement[bool]) -> list[Feed]:
    """Return the feeds of these hosts that satisfy the condition `chosen`, those due longest first."""
    is_pushed = sa.and_(SUBSCRIPTIONS.c.delivered_at.is_not(None), SUBSCRIPTIONS.c.lease_until > FEEDS.c.next_poll_at)
    query = sa.select(FEEDS, is_pushed.label("is_pushed")).outerjoin(SUBSCRIPTIONS, SUBSCRIPTIONS.c.feed_id == FEEDS.c.id)
    with engine.connect() as connection:
        chosen_feeds = query.where(FEEDS.c.host.in_(hosts), chosen).order_by(FEEDS.c.next_poll_at)
        return [_feed(row) for row in connection.execute(chosen_feeds)]


def is_due(now: dt.datetime) -> sa.ColumnElement[bool]:
    """SQL condition: the feed is active and due.

    Polls by the feed's own interval are also due up to `SOON` early. A poll planned for later than `MAXIMUM_WAIT` is due at once, since
    it was planned while a clock was ahead.
    """
    soon = sa.and_(FEEDS.c.next_poll_reason.in_(_BY_RHYTHM), FEEDS.c.next_poll_at <= now + SOON)
    too_late = FEEDS.c.next_poll_at > now + MAXIMUM_WAIT
    return sa.and_(FEEDS.c.status == FeedStatus.ACTIVE, sa.or_(FEEDS.c.next_poll_at <= now, soon, too_late))


def save_polls(connection: sa.Connection, feeds: Iterable[Feed]) -> None:
    """Store the results of polls. A feed that was disabled during the poll stays disabled."""
    rows = [_polled_row(feed) for feed in feeds]
    if not rows:
        return
    switched_off = sa.case((FEEDS.c.status == FeedStatus.DISABLED, FEEDS.c.status), else_=sa.bindparam("new_status"))
    names = [name for name in rows[0] if name not in ("feed_id", "new_status")]
    update = sa.update(FEEDS).where(FEEDS.c.id == sa.bindparam("feed_id"))
    values: dict[str, object] = {name: sa.bindparam(name) for name in names}
    # A title that was set during the poll is kept.
    titled = sa.case((FEEDS.c.title == "", sa.bindparam("title")), else_=FEEDS.c.title)
    # A login is deleted if the feed moves to another host.
    authorized = sa.case((FEEDS.c.host == sa.bindparam("host"), FEEDS.c.authorization), else_=None)
    connection.execute(update.values({**values, "status": switched_off, "title": titled, "authorization": authorized}), rows)


def existing_urls(connection: sa.Connection, urls: Iterable[str]) -> set[str]:
    return set(connection.scalars(sa.select(FEEDS.c.url).where(FEEDS.c.url.in_(list(urls)))))


def _new_row(outline: Outline, now: dt.datetime) -> dict[str, object]:
    return {
        "url": outline.url,
        "listed_url": outline.url,
        "host": host_key(outline.url),
        "host_hash": host_hash(host_key(outline.url)),
        "source": (outline.source or source_name(outline.title, outline.url))[:LONGEST_KEY],
        "title": outline.title,
        "authorization": outline.authorization,
        "outline": json.dumps({"folders": outline.folders, "attributes": dict(outline.attributes)}, ensure_ascii=False),
        "status": FeedStatus.ACTIVE,
        "interval_seconds": FIRST_INTERVAL.total_seconds(),
        "failures": 0,
        "moved_count": 0,
        "next_poll_at": now,
        "added_at": now,
    }


def _polled_row(feed: Feed) -> dict[str, object]:
    state = {name: getattr(feed.state, name) for name in _STATE_FIELDS}
    state["answers"] = json.dumps([dataclasses.asdict(answer) for answer in feed.state.answers], default=dt.datetime.isoformat)
    host = host_key(feed.state.url)
    read = {
        "etag": feed.etag,
        "last_modified": feed.last_modified,
        "body_digest": feed.body_digest,
        "title": feed.title,
        "read_at": feed.read_at,
        "changed_at": feed.changed_at,
    }
    return {"feed_id": feed.id, "new_status": feed.state.status, "host": host, "host_hash": host_hash(host), **read, **state}


def _feed(row: Any) -> Feed:
    columns = row._mapping
    state = FeedState(**{name: columns[name] for name in _STATE_FIELDS if name != "answers"}, answers=past_answers(row.answers))
    return Feed(
        id=row.id,
        source=row.source,
        host=row.host,
        listed_url=row.listed_url,
        title=row.title,
        authorization=row.authorization,
        is_pushed=bool(row.is_pushed),
        state=dataclasses.replace(state, status=FeedStatus(row.status)),
        etag=row.etag,
        last_modified=row.last_modified,
        body_digest=row.body_digest,
        read_at=row.read_at,
        changed_at=row.changed_at,
    )


def past_answers(kept: str | None) -> tuple[PastAnswer, ...]:
    """Parse the results of past polls from the column `answers`."""
    return tuple(PastAnswer(**{**answer, "at": dt.datetime.fromisoformat(answer["at"])}) for answer in json.loads(kept or "[]"))


def _outline(row: Any) -> Outline:
    kept = json.loads(row.outline)
    return Outline(url=row.url, title=row.title, source=row.source, folders=tuple(kept["folders"]), attributes=kept["attributes"])
