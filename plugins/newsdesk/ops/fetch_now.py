"""Triggers a fetch without waiting for the next scheduled run."""

import contextlib
import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
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
    """Run newsdesk_fetch for the current interval of `minutes` minutes; yield the run after each poll of its state, until it has ended.

    Raises SetupError if the DAG or one that follows it is paused, or if the run failed.
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
        raise SetupError(f"the fetch failed in {tasks}", f"See the logs of {FETCH} in Airflow; captures were handed on")


@dataclass(frozen=True, slots=True)
class PageState:
    """The state of a page. `next_fetch_at` is None if it will not be fetched again."""

    id: str
    url: str
    source: str
    visits: int
    captured_at: dt.datetime | None
    capture: str | None
    next_fetch_at: dt.datetime | None
    last_error: str | None


def find_page(engine: sa.Engine, named: str) -> PageState | None:
    """Return the page with this URL or id; None if there is none."""
    ids = [named] if len(named) <= _LONGEST_ID else []
    with contextlib.suppress(ValueError):
        ids.append(article_id(unwrapped(to_uri(named))))
    with engine.connect() as connection:
        owners = sa.select(PAGE_KEYS.c.page_id).where(PAGE_KEYS.c.key.in_(ids))
        known = sa.or_(PAGES.c.id.in_(ids), PAGES.c.id.in_(owners))
        columns = [PAGES.c[name] for name in PageState.__dataclass_fields__]
        # Redirect targets are stored as pages without a capture.
        row = connection.execute(sa.select(*columns).where(known).order_by(PAGES.c.capture.is_(None))).first()
    return PageState(**row._mapping) if row else None


def list_failing(engine: sa.Engine, *, sources: Collection[str], error: str, most: int) -> list[PageState]:
    """Return pages of these sources (keys) whose last fetch failed with this error and that will be retried, next one first."""
    columns = [PAGES.c[name] for name in PageState.__dataclass_fields__]
    query = sa.select(*columns).where(is_failing(), PAGES.c.source.in_(sources), failure_of(PAGES) == error)
    with engine.connect() as connection:
        return [PageState(**row._mapping) for row in connection.execute(query.order_by(PAGES.c.next_fetch_at, PAGES.c.id).limit(most))]


def queue_refetch(engine: sa.Engine, pages: Sequence[PageState], now: dt.datetime) -> None:
    """Make pages due at once, to be fetched without cache validators."""
    ids = [page.id for page in pages]
    requeue_pages(engine, ids, now)
    with engine.begin() as connection:
        connection.execute(sa.update(PAGES).where(PAGES.c.id.in_(ids)).values(etag=None, last_modified=None))


def describe_refetch(before: PageState, after: PageState | None) -> str:
    """Return the result of refetching a page as one line of text."""
    if after is None:
        return "the page was forgotten in the meantime"
    if after.capture != before.capture:
        return f"captured: {after.capture}; the article follows through enrich and index"
    if after.last_error:
        return f"not captured: {after.last_error}"
    if after.visits > before.visits:
        return "unchanged since its last capture"
    return "still queued: its host could not be requested in this run; the next run of newsdesk_fetch tries again"
