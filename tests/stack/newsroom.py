"""The pages of a newsroom with an index, a state database, an archive and feeds, for tests in a real browser."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page

from newsdesk.database import open_database
from newsdesk.index.aliases import set_up
from newsdesk.index.client import open_client
from newsdesk.index.sink import index_articles
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings, WebSettings
from newsdesk.store.archive import Archive
from newsdesk.web.app import make_app
from newsdesk.web.library import IndexLibrary
from newsdesk.web.proxy_identity import proxy_identity
from newsdesk.web.resources import Resources
from newsdesk.web.site import make_sections
from newsdesk.web.topic_feeds import make_feeds
from samples import numbered, words
from site_of_a_home import FakeAirflow
from stack.browser import SIZES, serving
from stack.elasticsearch import free_port
from stack.site import NewsSite

NOW = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)
PLACES = [("Kyiv", 50.45, 30.52, "UA"), ("Madrid", 40.42, -3.7, "ES"), ("Nairobi", -1.28, 36.82, "KE"), ("Tokyo", 35.68, 139.69, "JP")]
LANGUAGES = ("en", "es", "fr", "ar")
HOSTILE = "</title><script>document.body.innerHTML='taken'</script><img src=x onerror=alert(1)>\u202egnp.exe\u2066 javascript:alert(2)"
ARABIC = "غادرت العبّارة الميناء صباح اليوم وعلى متنها مئة وأربعون راكبا."

Open = Callable[..., Page]


class Switch:
    """Opens clients of Elasticsearch, or of an address where nothing answers."""

    def __init__(self, settings: ElasticsearchSettings) -> None:
        self.is_up = True
        self._settings = settings
        self._gone = settings.model_copy(update={"url": "https://127.0.0.1:9", "retries": 0})

    def __call__(self) -> Any:
        return open_client(self._settings if self.is_up else self._gone)


class Airflow(FakeAirflow):
    """Runs end at once, or with `is_slow` only when they are cancelled."""

    is_slow = False

    def trigger(self, dag_id: str, partition_key: str, **given: Any) -> Any:
        run = super().trigger(dag_id, partition_key, **given)
        if self.is_slow:
            run = self.started[run.run_id] = dataclasses.replace(run, state="running")
        return run


@dataclass(frozen=True)
class Newsroom:
    """A newsroom whose pages are served at `address`. Rita reads, Olga operates, Ada administers."""

    address: str
    engine: sa.Engine
    archive: Archive
    airflow: Airflow
    site: NewsSite


@pytest.fixture(scope="session")
def switch(elasticsearch_settings: ElasticsearchSettings) -> Switch:
    return Switch(elasticsearch_settings)


@pytest.fixture(scope="session")
def newsroom(
    stack_settings: Settings, elasticsearch_settings: ElasticsearchSettings, switch: Switch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Newsroom]:
    home = tmp_path_factory.mktemp("newsroom")
    with contextlib.ExitStack() as opened:
        site = opened.enter_context(NewsSite(free_port(), days=2))
        site.fresh = 3
        settings = dataclasses.replace(
            stack_settings,
            home=stack_settings.home.model_copy(update={"home": home}),
            index=IndexSettings(prefix="browser-tests-"),
            elasticsearch=elasticsearch_settings,
            fetch=stack_settings.fetch.model_copy(update={"allowed_hosts": (site.host,)}),
            tag=stack_settings.tag.model_copy(update={"aliases": home / "aliases.tsv"}),
            web=WebSettings(user_header="X-User", trusted_proxies=("127.0.0.1",), operators=("olga",), administrators=("ada",)),
        )
        es = opened.enter_context(open_client(elasticsearch_settings))
        engine = opened.enter_context(open_database(settings.database_url))
        set_up(es, settings.index, now=NOW)
        list(index_articles(es, _articles(), settings.index, now=NOW))
        airflow = Airflow()
        desk = Resources(settings=settings, open_state=lambda: engine, open_es=switch, open_airflow=lambda: contextlib.nullcontext(airflow))
        app = make_app(
            sections=make_sections(settings, IndexLibrary(settings, switch), desk),
            identity=proxy_identity(settings.web),
            open_state=lambda: engine,
            feeds=make_feeds(lambda: engine, page_url=""),
        )
        address = opened.enter_context(serving(app, free_port()))
        yield Newsroom(address, engine, desk.archive, airflow, site)
        for name in list(es.indices.get(index="browser-tests-*")):
            es.indices.delete(index=name)


@pytest.fixture
def visit(chromium: Browser, newsroom: Newsroom) -> Iterator[Open]:
    """Opens a page as a user; what its scripts complain of fails the test."""
    contexts, complaints = [], []

    def visit(path: str = "/", *, user: str = "rita", size: str = "desktop", timezone_id: str = "Europe/Madrid", **options: Any) -> Page:
        context = chromium.new_context(
            viewport=SIZES[size], extra_http_headers={"X-User": user}, base_url=newsroom.address, timezone_id=timezone_id, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def _articles() -> list[Any]:
    month = [
        numbered(
            number,
            title=ARABIC[:30] if language == "ar" else f"Report {number} on the harbour",
            text=f"{ARABIC}\n{ARABIC} {number}"
            if language == "ar"
            else f"Report {number} on the harbour. {words(number, 60)}.\n{words(number + 500, 50)}.",
            language=language,
            source=("Courier", "Diario", "Lac")[number % 3],
            places=tuple(PLACES[: 1 + number % 4]),
            persons=("Ana Duarte",) if number % 2 else ("Olha Petrenko",),
            fetched_at=NOW,
            published_at=NOW - dt.timedelta(days=number % 28, hours=number % 5),
        )
        for number in range(1, 61)
        for language in (LANGUAGES[number % 4],)
    ]
    attack = numbered(
        90,
        title=HOSTILE * 400,  # more than 40 kB
        text=f"{HOSTILE}\n{'x' * 5_000}\n{HOSTILE}",
        source=HOSTILE,
        authors=(HOSTILE,),
        persons=tuple(f"{HOSTILE} {number}" for number in range(2_000)),
        findings=((0, 60), (20, 90)),
        language="en",
        fetched_at=NOW,
        published_at=NOW - dt.timedelta(days=40),
    )
    return [*month, dataclasses.replace(attack, url="javascript:alert(3)")]
