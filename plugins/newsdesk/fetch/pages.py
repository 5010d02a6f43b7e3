"""The pages that feeds and sitemaps have listed, in the state database: a durable queue, and the record of what was captured."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from newsdesk.database import UtcDateTime
from newsdesk.fetch.plan import host_hash
from newsdesk.fetch.tables import FEEDS, PAGE_KEYS, PAGES, insert_missing
from newsdesk.records import FeedItem
from newsdesk.urls import article_id, host_key, to_uri, unwrapped

_ITEM = TypeAdapter(FeedItem)
MARK_LISTED_EVERY = dt.timedelta(days=1)
_DELETED_AT_ONCE = 100_000
_IDS_IN_ONE_QUERY = 500  # SQLite before 3.32 takes 999 variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to fetch, or to fetch again.

    `id` is derived from the first URL that a feed listed; `url` is the current one. `first_url` is the URL of the first capture after
    redirects. `capture` is the location of the latest capture with a body, and `digest` the digest of that body. `keys` identify a new
    page under other URLs (see `identity`).
    """

    id: str
    url: str
    host: str
    feed_id: int
    feed_url: str
    source: str
    item: FeedItem
    keys: tuple[str, ...] = ()
    first_url: str | None = None
    visits: int = 0
    failures: int = 0
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    captured_at: dt.datetime | None = None
    capture: str | None = None
    next_fetch_at: dt.datetime | None = None
    last_error: str | None = None


def page_of(item: FeedItem, *, feed_id: int, feed_url: str, source: str, keys: tuple[str, ...] = ()) -> Page | None:
    """Return the page of an entry; None if its URL is invalid. The same page has the same id in every feed."""
    try:
        url = unwrapped(to_uri(item.url))
    except ValueError:
        return None
    return Page(id=article_id(url), url=url, host=host_key(url), feed_id=feed_id, feed_url=feed_url, source=source, item=item, keys=keys)


def add_pages(connection: sa.Connection, pages: Iterable[Page], now: dt.datetime, *, due: dt.datetime | None = None) -> list[Page]:
    """Queue the unknown pages, due at once or at `due`, and return them."""
    candidates = {page.id: page for page in pages}
    known = known_ids(connection, list(candidates))
    fresh = [page for id, page in candidates.items() if id not in known]
    rows = [{**_new_row(page, now), "next_fetch_at": due or now} for page in sorted(fresh, key=lambda page: page.id)]
    insert_missing(connection, PAGES, rows)
    add_keys(connection, {key: page.id for page in fresh for key in page.keys})
    return fresh


def rename_pages(connection: sa.Connection, pages: Iterable[Page], now: dt.datetime) -> None:
    """Update URL and entry of known pages, and make them due at once."""
    renamed = {page.id: page for page in pages}
    _update(connection, [_renamed_row(renamed[id], now) for id in sorted(renamed)])
    add_keys(connection, {article_id(page.url): id for id, page in renamed.items()})


def find_keys(connection: sa.Connection, keys: Sequence[str]) -> dict[str, str]:
    """Return the ids of the pages that these keys belong to, by key."""
    found: dict[str, str] = {}
    for start in range(0, len(keys), _IDS_IN_ONE_QUERY):
        query = sa.select(PAGE_KEYS).where(PAGE_KEYS.c.key.in_(keys[start : start + _IDS_IN_ONE_QUERY]))
        found.update((row.key, row.page_id) for row in connection.execute(query))
    return found


def add_keys(connection: sa.Connection, owners: Mapping[str, str]) -> None:
    """Store keys of pages, given as key to page id. A key that already belongs to a page is not changed."""
    insert_missing(connection, PAGE_KEYS, [{"key": key, "page_id": owners[key]} for key in sorted(owners)])


def add_aliases(connection: sa.Connection, aliases: Mapping[str, Page], now: dt.datetime) -> None:
    """Mark the redirect targets of pages, given as id to page, as captured, so that they are not captured again."""
    fresh = set(aliases) - known_ids(connection, list(aliases))
    rows = [{**_new_row(aliases[id], now), "id": id, "item": None, "next_fetch_at": None, "visits": 1} for id in sorted(fresh)]
    insert_missing(connection, PAGES, rows)
    still_queued = sa.update(PAGES).where(PAGES.c.id.in_(list(aliases)), PAGES.c.visits == 0)
    connection.execute(still_queued.values(visits=1, next_fetch_at=None))


def mark_listed(connection: sa.Connection, ids: Sequence[str], now: dt.datetime) -> None:
    """Record that a feed still lists these pages, at most once per `MARK_LISTED_EVERY` for each page."""
    for start in range(0, len(ids), _IDS_IN_ONE_QUERY):
        chosen = PAGES.c.id.in_(sorted(ids)[start : start + _IDS_IN_ONE_QUERY])
        stale = sa.or_(PAGES.c.listed_at.is_(None), PAGES.c.listed_at < now - MARK_LISTED_EVERY)
        connection.execute(sa.update(PAGES).where(chosen, stale).values(listed_at=now))


def delete_old_pages(engine: sa.Engine, *, now: dt.datetime, after: dt.timedelta = dt.timedelta(days=90)) -> int:
    """Delete pages that are not queued and that no feed has listed for the time `after`; return their number.

    Pages that are still listed are never deleted, as they would be captured again. A page whose feed is active is deleted only if the
    feed changed at least a day after it last listed the page.
    """
    last_listed = sa.func.coalesce(PAGES.c.listed_at, PAGES.c.first_seen_at, type_=UtcDateTime)
    active = sa.and_(FEEDS.c.id == PAGES.c.feed_id, FEEDS.c.status != "gone")
    query = sa.select(PAGES.c.id, last_listed.label("listed_at"), FEEDS.c.id.label("feed"), FEEDS.c.changed_at).outerjoin(FEEDS, active)
    with engine.begin() as connection:
        rows = connection.execute(query.where(PAGES.c.next_fetch_at.is_(None), last_listed < now - after).limit(_DELETED_AT_ONCE))
        ids = [row.id for row in rows if row.feed is None or (row.changed_at and row.changed_at > row.listed_at + MARK_LISTED_EVERY)]
        for start in range(0, len(ids), _IDS_IN_ONE_QUERY):
            part = ids[start : start + _IDS_IN_ONE_QUERY]
            connection.execute(sa.delete(PAGE_KEYS).where(PAGE_KEYS.c.page_id.in_(part)))
            connection.execute(sa.delete(PAGES).where(PAGES.c.id.in_(part)))
    return len(ids)


def is_captured(engine: sa.Engine, id: str) -> bool:
    """Return whether the page with this id or key was captured."""
    owner = sa.select(PAGE_KEYS.c.page_id).where(PAGE_KEYS.c.key == id)
    with engine.connect() as connection:
        named = sa.or_(PAGES.c.id == id, PAGES.c.id.in_(owner))
        return connection.scalar(sa.select(PAGES.c.id).where(named, PAGES.c.visits > 0).limit(1)) is not None


def known_ids(connection: sa.Connection, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(ids), _IDS_IN_ONE_QUERY):
        part = ids[start : start + _IDS_IN_ONE_QUERY]
        found.update(connection.scalars(sa.select(PAGES.c.id).where(PAGES.c.id.in_(part))))
    return found


def due_pages(engine: sa.Engine, hosts: Sequence[str], now: dt.datetime, *, per_host: int) -> list[Page]:
    """Return at most `per_host` due pages of each host: new pages before captured ones, pages without failures first, then the latest.

    Pages that failed come last, as they may be the ones that make the host pause requests.
    """
    order = (PAGES.c.visits > 0, PAGES.c.failures, PAGES.c.published_at.desc().nulls_last(), PAGES.c.id)
    rank = sa.func.row_number().over(partition_by=PAGES.c.host, order_by=order)
    ranked = sa.select(PAGES, rank.label("rank")).where(PAGES.c.host.in_(hosts), PAGES.c.next_fetch_at <= now).subquery()
    query = sa.select(ranked).where(ranked.c.rank <= per_host).order_by(ranked.c.host, ranked.c.rank)
    with engine.connect() as connection:
        return [_page(row) for row in connection.execute(query)]


def uncaptured_pages(engine: sa.Engine, ids: Iterable[str], now: dt.datetime) -> list[Page]:
    """Return those of these pages that wait for their first capture: never fetched, or due again after a failure; newest first."""
    ordered = sorted(ids)
    found: list[sa.Row[Any]] = []
    waiting = sa.and_(PAGES.c.visits == 0, PAGES.c.next_fetch_at.is_not(None), sa.or_(PAGES.c.failures == 0, PAGES.c.next_fetch_at <= now))
    with engine.connect() as connection:
        for start in range(0, len(ordered), _IDS_IN_ONE_QUERY):
            chosen = PAGES.c.id.in_(ordered[start : start + _IDS_IN_ONE_QUERY])
            found += connection.execute(sa.select(PAGES).where(chosen, waiting)).all()
    newest_first = sorted(found, key=lambda row: row.published_at.timestamp() if row.published_at else 0.0, reverse=True)
    return [_page(row) for row in sorted(newest_first, key=lambda row: bool(row.failures))]


@dataclass(frozen=True, slots=True)
class FailingPages:
    """Pages of a source that failed for the same reason and will be fetched again."""

    source: str
    error: str
    pages: int


def list_failing_pages(engine: sa.Engine) -> list[FailingPages]:
    """Count the pages whose last fetch failed and that will be retried, by source and reason."""
    failing = sa.and_(PAGES.c.failures > 0, PAGES.c.next_fetch_at.is_not(None))
    query = sa.select(PAGES.c.source, failure_of(PAGES), sa.func.count()).where(failing).group_by(PAGES.c.source, failure_of(PAGES))
    with engine.connect() as connection:
        return [FailingPages(*row) for row in connection.execute(query)]


def failure_of(pages: sa.Table) -> sa.ColumnElement[str]:
    """SQL expression: the reason of a page's last failure as a text."""
    # A literal, since Postgres does not group by an expression with a bound value that is selected as well.
    return sa.func.coalesce(pages.c.last_error, sa.literal_column("'no reason is known'"))


def requeue_pages(engine: sa.Engine, ids: Sequence[str], now: dt.datetime) -> int:
    """Make pages due at once and reset their failures; return how many of them exist."""
    known = 0
    with engine.begin() as connection:
        for start in range(0, len(ids), _IDS_IN_ONE_QUERY):
            chosen = PAGES.c.id.in_(ids[start : start + _IDS_IN_ONE_QUERY])
            known += connection.execute(sa.update(PAGES).where(chosen).values(next_fetch_at=now, failures=0)).rowcount
    return known


def save_visits(connection: sa.Connection, pages: Iterable[Page]) -> None:
    """Store the results of visits. The feed's entry is removed from captured pages that will not be fetched again."""
    _update(connection, [_visited_row(page) for page in pages])


def _update(connection: sa.Connection, rows: Sequence[dict[str, object]]) -> None:
    """Update pages. Every row has `page_id` and the same columns."""
    if rows:
        names = [name for name in rows[0] if name != "page_id"]
        update = sa.update(PAGES).where(PAGES.c.id == sa.bindparam("page_id"))
        connection.execute(update.values({name: sa.bindparam(name) for name in names}), rows)


def restore_pages(connection: sa.Connection, pages: Sequence[Page], now: dt.datetime) -> int:
    """Restore pages that were captured or rejected, after a loss of the database; return how many were missing. None becomes due.

    A page that exists is updated only if this capture is newer than the stored one.
    """
    known = {}
    for start in range(0, len(pages), _IDS_IN_ONE_QUERY):
        ids = [page.id for page in pages[start : start + _IDS_IN_ONE_QUERY]]
        known.update({row.id: row for row in connection.execute(sa.select(PAGES).where(PAGES.c.id.in_(ids)))})
    fresh = {page.id: page for page in pages if page.id not in known}
    insert_missing(connection, PAGES, [_restored_row(fresh[id], now) for id in sorted(fresh)])
    newer = [page for page in pages if page.id in known and _is_newer(page, known[page.id])]
    _update(connection, [_newer_row(page, known[page.id]) for page in newer])
    return len(fresh)


def _is_newer(page: Page, row: sa.Row[Any]) -> bool:
    return page.captured_at is not None and (row.captured_at is None or row.captured_at < page.captured_at)


def _newer_row(page: Page, row: sa.Row[Any]) -> dict[str, object]:
    return {**_visited_row(page), "url": page.url, "first_url": row.first_url or page.first_url}


def _restored_row(page: Page, now: dt.datetime) -> dict[str, object]:
    visited = {name: value for name, value in _visited_row(page).items() if name != "page_id"}
    return {**_new_row(page, page.captured_at or now), **visited, "listed_at": now}


def _new_row(page: Page, now: dt.datetime) -> dict[str, object]:
    return {
        "id": page.id,
        "url": page.url,
        "host": page.host,
        "host_hash": host_hash(page.host),
        "feed_id": page.feed_id,
        "feed_url": page.feed_url,
        "source": page.source,
        "item": _ITEM.dump_json(page.item).decode(),
        "published_at": page.item.published_at,
        "next_fetch_at": now,
        "visits": 0,
        "failures": 0,
        "first_seen_at": now,
    }


def _renamed_row(page: Page, now: dt.datetime) -> dict[str, object]:
    # ETag and Last-Modified belonged to the previous URL.
    listed = {"url": page.url, "item": _ITEM.dump_json(page.item).decode(), "published_at": page.item.published_at, "listed_at": now}
    return {"page_id": page.id, **listed, "next_fetch_at": now, "failures": 0, "etag": None, "last_modified": None}


def _visited_row(page: Page) -> dict[str, object]:
    changed = (
        "visits",
        "failures",
        "etag",
        "last_modified",
        "digest",
        "captured_at",
        "capture",
        "first_url",
        "next_fetch_at",
        "last_error",
    )
    may_be_asked = page.next_fetch_at or not page.visits
    item = _ITEM.dump_json(page.item).decode() if may_be_asked else None
    return {"page_id": page.id, "item": item, **{name: getattr(page, name) for name in changed}}


def _page(row: Any) -> Page:
    names = [field.name for field in dataclasses.fields(Page) if field.name not in {"item", "keys"}]
    item = _ITEM.validate_json(row.item) if row.item else FeedItem(id=row.url, url=row.url)
    return Page(item=item, **{name: row._mapping[name] for name in names})
