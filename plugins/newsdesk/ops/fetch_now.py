"""A fetch that does not wait for its next interval."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.errors import SetupError
from newsdesk.fetch.pages import failure_of, requeue_pages
from newsdesk.fetch.state import is_failing
from newsdesk.fetch.tables import PAGE_KEYS, PAGES
from newsdesk.ops.airflow_api import ENDED, AirflowApi, DagRun
from newsdesk.ops.backfill import refuse_paused
from newsdesk.partitions import tick_key
from newsdesk.urls import article_id, to_uri, unwrapped

FETCH = "newsdesk_fetch"
FOLLOWERS = ("newsdesk_enrich", "newsdesk_index")
LOOK_SECONDS = 2.0
_LONGEST_ID = 64


def fetch_now(api: AirflowApi, *, minutes: int, now: dt.datetime, wait: Callable[[float], object]) -> Iterator[DagRun]:
    """Run newsdesk_fetch for the present interval of `minutes` minutes. Yields the run each time it was asked for, until it has ended.

    Raises SetupError where the DAG or one that follows it is paused, or where the run failed.
    """
    refuse_paused(api, FETCH, *FOLLOWERS)
    run = api.trigger(FETCH, tick_key(now, minutes=minutes))
    while run.state not in ENDED:
        yield run
        wait(LOOK_SECONDS)
        run = api.run(run.dag_id, run.run_id)
    yield run
    if run.state == "failed":
        tasks = ", ".join(sorted(set(api.failed_tasks(run.dag_id, run.run_id)))) or "no task"
        raise SetupError(f"the fetch failed in {tasks}", f"Airflow's grid of {FETCH} says why; what was captured is handed on")


@dataclass(frozen=True, slots=True)
class PageState:
    """What is known of a page. `next_fetch_at` is None where it will not be fetched again."""

    id: str
    url: str
    source: str
    visits: int
    captured_at: dt.datetime | None
    capture: str | None
    next_fetch_at: dt.datetime | None
    last_error: str | None


def find_page(engine: sa.Engine, named: str) -> PageState | None:
    """The page of an address, or of an id; None where none is known."""
    ids = [named] if len(named) <= _LONGEST_ID else []
    with contextlib.suppress(ValueError):
        ids.append(article_id(unwrapped(to_uri(named))))
    with engine.connect() as connection:
        owners = sa.select(PAGE_KEYS.c.page_id).where(PAGE_KEYS.c.key.in_(ids))
        known = sa.or_(PAGES.c.id.in_(ids), PAGES.c.id.in_(owners))
        columns = [PAGES.c[name] for name in PageState.__dataclass_fields__]
        # An alias of a redirect has no capture of its own.
        row = connection.execute(sa.select(*columns).where(known).order_by(PAGES.c.capture.is_(None))).first()
    return PageState(**row._mapping) if row else None


def list_failing(engine: sa.Engine, *, source: str, error: str, most: int) -> list[PageState]:
    """The pages of a source (its key) whose last fetch failed with this error and that are tried again, the next one first."""
    columns = [PAGES.c[name] for name in PageState.__dataclass_fields__]
    query = sa.select(*columns).where(is_failing(), PAGES.c.source == source, failure_of(PAGES) == error)
    with engine.connect() as connection:
        return [PageState(**row._mapping) for row in connection.execute(query.order_by(PAGES.c.next_fetch_at, PAGES.c.id).limit(most))]


def queue_refetch(engine: sa.Engine, pages: Sequence[PageState], now: dt.datetime) -> None:
    """Queue pages to be fetched at once, in full: the server is not told what is known of them already."""
    ids = [page.id for page in pages]
    requeue_pages(engine, ids, now)
    with engine.begin() as connection:
        connection.execute(sa.update(PAGES).where(PAGES.c.id.in_(ids)).values(etag=None, last_modified=None))


def describe_refetch(before: PageState, after: PageState | None) -> str:
    """How the refetch of a page ended, in a line."""
    if after is None:
        return "the page was forgotten in the meantime"
    if after.capture != before.capture:
        return f"captured: {after.capture}; the article follows through enrich and index"
    if after.last_error:
        return f"not captured: {after.last_error}"
    if after.visits > before.visits:
        return "unchanged since its last capture"
    return "still queued: its host could not be asked in this run; the next run of newsdesk_fetch asks again"
