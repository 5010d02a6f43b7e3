"""One Airflow in each process for its tests of this folder."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from newsdesk.database import open_database
from newsdesk.fetch.plan import FeedStatus
from newsdesk.fetch.state import add_feed, set_status
from newsdesk.index.client import open_client
from newsdesk.local import airflow, run
from newsdesk.local.elasticsearch import RunningElasticsearch
from newsdesk.local.steps import Steps
from newsdesk.ops.airflow_api import open_airflow
from newsdesk.settings import Settings
from stack.desk import Desk, await_condition
from stack.elasticsearch import free_port
from stack.site import NewsSite
from stack.webhook import Webhook


@pytest.fixture(scope="session")
def news_site(full_size: bool) -> Iterator[NewsSite]:
    with NewsSite(free_port(), days=30 if full_size else 2) as site:
        yield site


@pytest.fixture(scope="session")
def webhook() -> Iterator[Webhook]:
    """The webhook that Airflow sends alerts to."""
    with Webhook(free_port()) as webhook:
        yield webhook


@pytest.fixture(scope="session")
def desk(stack_settings: Settings, elasticsearch_server: RunningElasticsearch, news_site: NewsSite, webhook: Webhook) -> Iterator[Desk]:
    local = stack_settings.local.model_copy(update={"airflow_port": free_port(), "seed_site_port": free_port()})
    fetch = stack_settings.fetch.model_copy(update={"allowed_hosts": (*stack_settings.fetch.allowed_hosts, news_site.host)})
    settings = dataclasses.replace(stack_settings, local=local, fetch=fetch)
    lines: list[str] = []
    with contextlib.ExitStack() as started:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("NEWSDESK_ALERTS_WEBHOOK_URL", webhook.url)
            # Airflow makes passwords for those without one, beside the admin's.
            environment.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "admin:admin,op:op,user:user,viewer:viewer")
            environment.setenv("NEWSDESK_FETCH_PUBLIC_URL", f"{airflow.airflow_url(settings)}/newsdesk")
            running, found = started.enter_context(run.run(settings, steps=Steps(lines.append)))
        login = {"username": airflow.ADMIN, "password": airflow.admin_password(running)}
        api = started.enter_context(open_airflow(airflow.airflow_url(running), **login))
        desk = Desk(running, found, api, lines)
        # The article is found before its partition has been grouped and compared, which writes to the index once more.
        await_condition(lambda: desk.is_idle("newsdesk_fetch", "newsdesk_enrich", "newsdesk_index"), what="the end of the first runs")
        yield desk


@pytest.fixture
def es(desk: Desk) -> Iterator[Elasticsearch]:
    """A client of the index that Airflow's tasks write."""
    with open_client(desk.settings.elasticsearch) as es:
        yield es


@pytest.fixture
def subscribed(desk: Desk, news_site: NewsSite) -> Iterator[None]:
    """Subscribe to the news site's feed for the duration of the test."""
    feed = f"{news_site.url}/feed.xml"
    now = dt.datetime.now(dt.UTC)
    with open_database(desk.settings.database_url) as engine:
        add_feed(engine, feed, source="marlow-mail", now=now)
        set_status(engine, feed, FeedStatus.ACTIVE, now=now)
    yield
    with open_database(desk.settings.database_url) as engine:
        set_status(engine, feed, FeedStatus.DISABLED, now=dt.datetime.now(dt.UTC))


@pytest.fixture
def no_fetching(desk: Desk) -> Iterator[None]:
    """Pause newsdesk_fetch: its scheduled runs would fetch pages that a sweep has queued."""

    def is_paused_between_runs() -> bool:
        if not desk.is_idle("newsdesk_fetch"):
            return False
        desk.airflow.pause("newsdesk_fetch")
        if desk.is_idle("newsdesk_fetch"):
            return True
        # A run of a paused DAG would never end.
        desk.airflow.unpause("newsdesk_fetch")
        return False

    await_condition(is_paused_between_runs, what="the end of fetching")
    yield
    desk.airflow.unpause("newsdesk_fetch")
