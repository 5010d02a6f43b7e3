"""A hub's delivery at the callback of a running Airflow."""

import datetime as dt
import hmac

import httpx
import pytest
import sqlalchemy as sa

from newsdesk.airflow_tasks.fetch_request import MAXIMUM_WAITING
from newsdesk.database import open_database
from newsdesk.fetch.state import feed_ids
from newsdesk.fetch.tables import SUBSCRIPTIONS
from newsdesk.local import airflow
from stack.desk import await_condition

PATH, SECRET = "p" * 43, "s" * 43


@pytest.fixture
def engine(desk):
    with open_database(desk.settings.database_url) as engine:
        yield engine


@pytest.fixture
def confirmed(subscribed, engine, news_site):
    """The feed of the news site, whose subscription a hub has confirmed."""
    now, feed = dt.datetime.now(dt.UTC), f"{news_site.url}/feed.xml"
    lease = {"requested_at": now, "lease_until": now + dt.timedelta(days=1)}
    with engine.begin() as connection:
        connection.execute(
            sa.insert(SUBSCRIPTIONS).values(
                feed_id=feed_ids(engine)[feed], hub=news_site.url, topic=feed, path=PATH, secret=SECRET, **lease
            )
        )
    yield
    with engine.begin() as connection:
        connection.execute(sa.delete(SUBSCRIPTIONS))


def deliver(desk) -> int:
    signature = hmac.new(SECRET.encode(), b"changed", "sha256").hexdigest()
    address = f"{airflow.airflow_url(desk.settings)}/newsdesk/websub/{PATH}"
    return httpx.post(
        address, content=b"changed", headers={"X-Hub-Signature": f"sha256={signature}"}, trust_env=False, timeout=60
    ).status_code


def test_a_delivery_starts_a_fetch_that_polls_the_feed_however_often_it_is_repeated(confirmed, desk, news_site):
    asked = len(news_site.asked_below("/feed.xml"))
    assert {deliver(desk) for _ in range(10)} == {202}
    waiting = desk.airflow.runs("newsdesk_fetch", states=["queued"])
    assert len(waiting) <= MAXIMUM_WAITING
    await_condition(lambda: len(news_site.asked_below("/feed.xml")) > asked, what="the poll")
    started = desk.airflow.runs_named("newsdesk_fetch", "websub__")
    assert 1 <= len(started) <= 10
    for run in started:
        desk.await_run(run)
