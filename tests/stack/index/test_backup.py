"""Recovery as described in docs/backup.md, from the loss of the state database, the index, or everything but captures and feeds.

The jobs are called as by the DAGs, with a real Elasticsearch; the publisher is a site of tests/fakeweb.
"""

import contextlib
import dataclasses
import email.utils
import functools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from captures import page
from fakeweb.newsroom import Newsroom, paths
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import NOON, RSS, site
from newsdesk.chunk_enrichment import enrich_chunk
from newsdesk.chunks import plan_chunks
from newsdesk.clean.article_endings import load_endings, save_endings
from newsdesk.database import copy_sqlite, open_database
from newsdesk.enrichment import Tools, open_tools
from newsdesk.errors import Stage
from newsdesk.fetch.opml import write_opml
from newsdesk.fetch.state import export_outlines, import_opml
from newsdesk.fetch.warc import read_captures
from newsdesk.index.aliases import names, set_up
from newsdesk.jobs.index import index_articles
from newsdesk.ops.rebuild import rebuild
from newsdesk.records import Capture
from newsdesk.settings import IndexSettings, Settings, load
from newsdesk.stage_report import StageReport, report_fetch
from newsdesk.store.articles import list_article_files, read_articles, read_partition
from newsdesk.store.dead_letters import list_dead_letters, record_dead_letters, resolve_dead_letters
from newsdesk.store.manifests import list_captures, read_manifests
from newsdesk.store.outcomes import write_outcomes
from stack.desk import everything_in

FIRST, SECOND = "2026-11-24T1200", "2026-11-24T1500"


class Harbour:
    """A site with four stories and a missing page. Its second edition changes the slug and text of one story, and adds a story."""

    def __init__(self) -> None:
        self.edition = 1

    def __call__(self, request: Request) -> Response:
        if request.path == "/feed.xml":
            return Response(body=self._feed(request.origin), headers={"Content-Type": RSS})
        if request.path.startswith("/news/"):
            return Response(body=self._story(request.path.split("-")[-1]))
        return site(request, b"")

    def _feed(self, origin: str) -> bytes:
        numbers = [1, 2, 3, 4] if self.edition == 1 else [1, 2, 3, 4, 5]
        slugs = {number: f"/news/harbour-{number}" for number in numbers}
        if self.edition == 2:
            slugs[1] = "/news/harbour-opened-1"
        entries = (
            f"<item><title>Harbour {number}</title><link>{origin}{slug}</link><guid isPermaLink='false'>story {number}</guid>"
            f"<pubDate>{email.utils.format_datetime(NOON.replace(hour=1, minute=number, second=7))}</pubDate></item>"
            for number, slug in {**slugs, 9: "/gone"}.items()
        )
        return f"<rss version='2.0'><channel><title>Harbour news</title>{''.join(entries)}</channel></rss>".encode()

    def _story(self, number: str) -> bytes:
        return page(
            f"Harbour opens basin number {number}",
            f"The harbour of Rotterdam opened basin number {number} on Monday, in edition {self.edition}, after the busiest winter in years.",
            f"“We had {number}0 ships waiting outside the wall,” said Ines Calloway, who runs the port with a staff of twelve people.",
            "Read more about the harbour in our newsletter every morning.",
        )


class Desk:
    """A newsdesk for one site, whose state database, index, and files made from captures can be removed."""

    def __init__(self, web: FakeWeb, folder: Path, es: Elasticsearch, index: IndexSettings, tools: Tools) -> None:
        self.settings: Settings = dataclasses.replace(load(), index=index)
        self.folder, self.es, self.tools = folder, es, tools
        self.newsroom = Newsroom(web, None, folder / "data", revisit_hours=())  # type: ignore[arg-type]
        self.archive = self.newsroom.archive
        self._opened = contextlib.ExitStack()
        self.open_state()
        self.newsroom.subscribe("harbour")
        set_up(es, index, now=NOON)

    @property
    def state(self) -> Path:
        return self.folder / "state.db"

    def open_state(self) -> None:
        self.engine = self._opened.enter_context(open_database(f"sqlite:///{self.state}"))
        self.newsroom.engine = self.engine

    def close_state(self) -> None:
        self._opened.close()

    def fetch(self, partition: str) -> None:
        report = report_fetch(self.newsroom.outcomes(partition), partition=partition, now=self.newsroom.time)
        self._keep(partition, Stage.FETCH, "part", report)

    def enrich(self, partition: str) -> None:
        for chunk in plan_chunks(self.archive, partition, size=2):
            recall = functools.partial(load_endings, self.engine, before=partition)
            report = enrich_chunk(
                chunk, archive=self.archive, tools=self.tools, settings=self.settings, now=self.newsroom.time, recall=recall
            )
            self._keep(partition, Stage.ENRICH, chunk.name, report)
        save_endings(self.engine, partition, read_partition(self.archive, partition))

    def index(self, partition: str) -> None:
        for path in list_article_files(self.archive, partition):
            articles = list(read_articles(self.archive, path))
            report = index_articles(articles, es=self.es, settings=self.settings, now=self.newsroom.time)
            self._keep(partition, Stage.INDEX, Path(path).name.partition(".")[0], report)

    def documents(self) -> dict[str, dict]:
        """Map the id of each document to its source, without `indexed_at`."""
        found = everything_in(self.es, names(self.settings.index).articles)
        return {id: {name: value for name, value in source.items() if name != "indexed_at"} for id, (_, source) in found.items()}

    def letters(self) -> set[tuple[str, str, str]]:
        return {(letter.stage, letter.locator, letter.reason) for letter in list_dead_letters(self.engine)}

    def feeds(self) -> bytes:
        return write_opml(export_outlines(self.engine))

    def lose_state(self) -> None:
        self.close_state()
        for file in self.folder.glob("state.db*"):
            file.unlink()
        self.open_state()

    def lose_index(self) -> None:
        self.es.indices.delete(index=",".join(self.es.indices.get(index=f"{self.settings.index.prefix}*")))

    def make_state_again(self, feeds: bytes) -> None:
        import_opml(self.engine, feeds, now=self.newsroom.time)
        list(rebuild(self.engine, self.archive, now=self.newsroom.time))

    def pages_asked(self) -> list[str]:
        """The requests of a later fetch run to the publisher, besides the feed and robots.txt."""
        before = len(self.newsroom.web.log)
        self.newsroom.wait(days=1)
        self.newsroom.run("2026-11-26T0000")
        return [request.path for request in self.newsroom.web.log[before:] if request.path not in ("/feed.xml", "/robots.txt")]

    def _keep(self, partition: str, stage: Stage, part: str, report: StageReport) -> None:
        write_outcomes(self.archive, partition, stage, part, report.outcomes)
        record_dead_letters(self.engine, report.dead_letters)
        resolve_dead_letters(self.engine, stage, report.passed)


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    with open_tools(load()) as tools:
        yield tools


@pytest.fixture
def desk(tmp_path: Path, es: Elasticsearch, index_settings: IndexSettings, tools: Tools) -> Iterator[Desk]:
    """Two partitions, fetched, enriched and indexed: five stories, one with a second version; a missing page, a damaged capture."""
    harbour = Harbour()
    with FakeWeb({"harbour": harbour}) as web:
        desk = Desk(web, tmp_path, es, index_settings, tools)
        desk.fetch(FIRST)
        spoil(desk, "/news/harbour-3")
        copy_sqlite(f"sqlite:///{desk.state}", tmp_path / "copy.db")
        desk.newsroom.wait(hours=3)
        harbour.edition = 2
        desk.fetch(SECOND)
        assert paths(captures(desk, SECOND)) == ["/news/harbour-5", "/news/harbour-opened-1"]
        for partition in (FIRST, SECOND):
            desk.enrich(partition)
            desk.index(partition)
        assert len(desk.documents()) == 4
        assert {(stage, reason) for stage, _, reason in desk.letters()} == {("fetch", "gone"), ("enrich", "unreadable")}
        yield desk
        desk.close_state()


def captures(desk: Desk, partition: str) -> list[Capture]:
    refs = list_captures(desk.archive, partition)
    return sorted((page.capture for page in read_captures(desk.archive, refs)), key=lambda capture: capture.url)


def spoil(desk: Desk, path: str) -> None:
    """Damage the WARC record of a capture."""
    (entry,) = (entry for entry in read_manifests(desk.archive, FIRST) if entry.url.endswith(path))
    file = Path(desk.archive.root) / entry.path
    spoilt = bytearray(file.read_bytes())
    spoilt[entry.offset + 12 : entry.offset + 60] = bytes(48)
    file.write_bytes(spoilt)


def test_a_lost_state_database_is_rebuilt(desk: Desk) -> None:
    feeds, before = desk.feeds(), desk.documents()
    desk.lose_state()
    desk.make_state_again(feeds)
    assert {stage for stage, *_ in desk.letters()} == {"fetch"}, "those of enrich come back when it runs again"
    assert desk.pages_asked() == []
    for partition in (FIRST, SECOND):
        desk.enrich(partition)
        desk.index(partition)
    assert desk.documents() == before
    assert {(stage, reason) for stage, _, reason in desk.letters()} == {("fetch", "gone"), ("enrich", "unreadable")}


def test_a_lost_index_is_rebuilt(desk: Desk) -> None:
    before, letters = desk.documents(), desk.letters()
    desk.lose_index()
    set_up(desk.es, desk.settings.index, now=NOON)
    for partition in (FIRST, SECOND):
        desk.index(partition)
    assert desk.documents() == before
    assert desk.letters() == letters
    assert desk.pages_asked() == []


def test_the_index_is_restored_from_a_snapshot(desk: Desk) -> None:
    before, prefix = desk.documents(), desk.settings.index.prefix
    desk.es.snapshot.create_repository(name=prefix, repository={"type": "fs", "settings": {"location": prefix}})
    try:
        desk.es.snapshot.create(
            repository=prefix, snapshot="one", indices=f"{prefix}*", include_global_state=False, wait_for_completion=True
        )
        desk.lose_index()
        desk.es.snapshot.restore(repository=prefix, snapshot="one", indices=f"{prefix}*", wait_for_completion=True)
        assert desk.documents() == before
        desk.index(SECOND)
        assert desk.documents() == before
    finally:
        desk.es.snapshot.delete(repository=prefix, snapshot="one")
        desk.es.snapshot.delete_repository(name=prefix)


def test_everything_is_rebuilt_from_the_feeds_and_captures(desk: Desk) -> None:
    feeds, before, letters = desk.feeds(), desk.documents(), desk.letters()
    desk.lose_state()
    desk.lose_index()
    for made in ("articles", "outcomes"):
        shutil.rmtree(Path(desk.archive.root) / made)
    set_up(desk.es, desk.settings.index, now=NOON)
    desk.make_state_again(feeds)
    for partition in (FIRST, SECOND):
        desk.enrich(partition)
        desk.index(partition)
    assert desk.documents() == before
    assert letters - desk.letters() == {letter for letter in letters if letter[0] == "fetch"}, "nothing says that the page is gone"
    assert desk.pages_asked() == ["/gone"]


def test_an_old_copy_of_the_state_is_completed_from_later_captures(desk: Desk) -> None:
    """The database is copied before the second partition is fetched, the captures afterwards, as in a backup."""
    desk.close_state()
    for file in desk.folder.glob("state.db*"):
        file.unlink()
    (desk.folder / "copy.db").rename(desk.state)
    desk.open_state()
    list(rebuild(desk.engine, desk.archive, now=desk.newsroom.time))
    assert desk.pages_asked() == []
