"""The state database is lost and rebuilt from the archive: no page is fetched again, and no story becomes two articles.

Tests of newsdesk.cli.state and newsdesk.ops.rebuild.
"""

import email.utils

import pytest
import sqlalchemy as sa

from captures import FEED, write_captures
from fakeweb.newsroom import ON_BOTH_DATABASES, Newsroom, paths
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import NOON, RSS, site
from newsdesk.database import METADATA, open_database
from newsdesk.errors import Reason, Stage, Status
from newsdesk.fetch.state import add_feed
from newsdesk.fetch.tables import PAGE_KEYS, PAGES
from newsdesk.ops.rebuild import Rebuilt, rebuild
from newsdesk.records import DeadLetter, Outcome
from newsdesk.stage_report import report_fetch
from newsdesk.store.archive import Archive
from newsdesk.store.dead_letters import list_dead_letters, record_dead_letters, resolve_dead_letters
from newsdesk.store.manifests import list_captures
from newsdesk.store.outcomes import read_outcomes, write_outcomes


class Paper:
    """A site with stories, a redirect, a missing page, and a page that robots.txt disallows; slugs change with the edition."""

    def __init__(self) -> None:
        self.edition = 1
        self.is_gone = True

    def __call__(self, request: Request) -> Response:
        if request.path == "/feed.xml":
            return Response(body=self._feed(request.origin), headers={"Content-Type": RSS})
        if request.path.startswith("/go/"):
            return Response(status=302, headers={"Location": f"{request.origin}/news/4"})
        if request.path == "/news/gone" and self.is_gone:
            return Response(status=410)
        return site(request, b"", robots="User-agent: *\nDisallow: /news/kept")

    def _feed(self, origin: str) -> bytes:
        slugs = [f"/news/1-slug-{self.edition}", "/news/2", "/go/4", "/news/gone", "/news/kept"]
        entries = (
            f"<item><title>Harbour {number}</title><link>{origin}{slug}</link><guid isPermaLink='false'>story {number}</guid>"
            f"<pubDate>{email.utils.format_datetime(NOON.replace(hour=1, minute=number, second=7))}</pubDate></item>"
            for number, slug in enumerate(slugs)
        )
        return f"<rss version='2.0'><channel><title>Paper</title>{''.join(entries)}</channel></rss>".encode()


@pytest.fixture
def paper():  # type: ignore[no-untyped-def]
    return Paper()


@pytest.fixture
def web(paper: Paper):  # type: ignore[no-untyped-def]
    with FakeWeb({"paper": paper}) as web:
        yield web


@pytest.fixture
def published(newsroom: Newsroom) -> Newsroom:
    """A newsdesk that has fetched the paper."""
    newsroom.change(revisit_hours=())
    newsroom.subscribe("paper")
    fetch(newsroom)
    assert sorted(paths(newsroom.captures())) == ["/news/1-slug-1", "/news/2", "/news/4"]
    return newsroom


def fetch(newsroom: Newsroom) -> None:
    """Run fetch once, with its outcomes recorded as in the DAG."""
    partition = f"{newsroom.time:%Y-%m-%dT%H%M}"
    report = report_fetch(newsroom.outcomes(partition), partition=partition, now=newsroom.time)
    write_outcomes(newsroom.archive, partition, Stage.FETCH, "part", report.outcomes)
    record_dead_letters(newsroom.engine, report.dead_letters)
    resolve_dead_letters(newsroom.engine, Stage.FETCH, report.passed)


def lose_state(newsroom: Newsroom) -> None:
    """Delete everything except the list of feeds."""
    with newsroom.engine.begin() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(sa.delete(table))
    newsroom.subscribe("paper")


def rebuilt(newsroom: Newsroom) -> Rebuilt:
    return list(rebuild(newsroom.engine, newsroom.archive, now=newsroom.time))[-1]


def pages(newsroom: Newsroom) -> dict[str, sa.RowMapping]:
    with newsroom.engine.connect() as connection:
        return {row["id"]: row for row in connection.execute(sa.select(PAGES)).mappings()}


def asked(newsroom: Newsroom) -> list[str]:
    """Return the paths that a run one day later requests."""
    before = len(newsroom.web.log)
    newsroom.wait(days=1)
    fetch(newsroom)
    return [request.path for request in newsroom.web.log[before:]]


@ON_BOTH_DATABASES
def test_no_page_is_fetched_again(published: Newsroom) -> None:
    before = pages(published)
    lose_state(published)
    report = rebuilt(published)
    assert (report.partitions, report.pages, report.dead_letters, report.unknown_feeds) == (1, 5, 1, ())
    after = pages(published)
    assert after.keys() == before.keys()
    for name in ("url", "first_url", "host", "source", "digest", "captured_at", "capture", "next_fetch_at"):
        captured = [id for id, row in before.items() if row["capture"]]
        assert {id: after[id][name] for id in captured} == {id: before[id][name] for id in captured}
    assert asked(published) == ["/feed.xml"]


def test_without_a_rebuild_they_would_be(published: Newsroom) -> None:
    lose_state(published)
    assert {"/news/1-slug-1", "/news/2", "/go/4", "/news/gone"} <= set(asked(published))


def test_a_story_is_known_again_although_its_slug_changes(published: Newsroom, paper: Paper) -> None:
    (first,) = (id for id, row in pages(published).items() if row["url"].endswith("slug-1"))
    lose_state(published)
    rebuilt(published)
    paper.edition = 2
    assert asked(published) == ["/feed.xml", "/robots.txt", "/news/1-slug-2"]
    assert pages(published)[first]["url"].endswith("slug-2")
    assert published.captures()[-1].identity_url.endswith("slug-1")

    lose_state(published)
    rebuilt(published)
    assert pages(published)[first]["url"].endswith("slug-2")
    assert asked(published) == ["/feed.xml"]


def test_dead_letters_come_back_until_the_page_was_captured(published: Newsroom, paper: Paper) -> None:
    (letter,) = list_dead_letters(published.engine)
    lose_state(published)
    rebuilt(published)
    (again,) = list_dead_letters(published.engine)
    assert (again.locator, again.reason, again.detail, again.url) == (letter.locator, Reason.GONE, letter.detail, letter.url)

    with published.engine.begin() as connection:
        connection.execute(sa.update(PAGES).where(PAGES.c.id == letter.locator).values(next_fetch_at=published.time))
    paper.is_gone = False
    assert "/news/gone" in asked(published)
    lose_state(published)
    assert rebuilt(published).dead_letters == 0
    assert list(list_dead_letters(published.engine)) == []


@ON_BOTH_DATABASES
def test_what_is_known_stays_as_it_is(published: Newsroom) -> None:
    published.change(revisit_hours=(1,))
    published.wait(minutes=10)
    before = pages(published)
    (letter,) = list_dead_letters(published.engine)
    for _ in range(2):
        report = rebuilt(published)
        assert (report.pages, report.dead_letters) == (0, 0)
    assert pages(published) == before
    assert list(list_dead_letters(published.engine)) == [letter]


def test_a_backup_from_before_a_fetch_is_brought_up_to_date(published: Newsroom) -> None:
    """In the copy the pages have not been fetched yet."""
    with published.engine.begin() as connection:
        waiting = {"visits": 0, "capture": None, "captured_at": None, "first_url": None, "next_fetch_at": published.time}
        connection.execute(sa.update(PAGES).where(PAGES.c.url.endswith("/news/2")).values(**waiting))
    rebuilt(published)
    assert asked(published) == ["/feed.xml"]


def test_captures_that_were_removed_leave_their_pages_known(published: Newsroom) -> None:
    lose_state(published)
    for partition in published.partitions:
        published.archive.remove_folder(f"raw/{partition}")
    published.partitions = []
    assert rebuilt(published).pages == 5
    assert asked(published) == ["/feed.xml"]


def test_a_capture_that_cannot_be_read_is_counted_and_its_page_known(published: Newsroom) -> None:
    lose_state(published)
    (warc,) = (path for path in published.archive.list_files(f"raw/{published.partitions[0]}", ".warc.gz"))
    published.archive.remove(warc)
    assert rebuilt(published).unreadable == 3
    assert "/news/2" not in asked(published)


def test_a_feed_that_is_not_in_the_list_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    archive = Archive(str(tmp_path / "data"))
    write_captures(archive, "2026-11-24T1205", [("https://example.org/a", b"a")])
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        assert list(rebuild(engine, archive, now=NOON))[-1].unknown_feeds == (FEED,)


def test_a_key_that_two_stories_share_identifies_neither(tmp_path) -> None:  # type: ignore[no-untyped-def]
    archive = Archive(str(tmp_path / "data"))
    write_captures(
        archive, "2026-11-24T1205", [("https://example.org/prices/phone-1234567", b"a"), ("https://example.org/a-7654321", b"b")]
    )
    write_captures(archive, "2026-11-24T1210", [("https://example.org/prices/tablet-1234567", b"c")])
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        add_feed(engine, FEED)
        list(rebuild(engine, archive, now=NOON))
        with engine.connect() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(PAGE_KEYS)) == 1


def test_a_page_that_failed_and_is_tried_again_is_left_to_its_feed(published: Newsroom) -> None:
    outcome = next(read_outcomes(published.archive, published.partitions[0], Stage.FETCH))
    failed = Outcome(stage=Stage.FETCH, id="f" * 32, status=Status.FAILED, source="paper", url=outcome.url + "x")
    write_outcomes(published.archive, published.partitions[0], Stage.FETCH, "part-2", [failed])
    lose_state(published)
    rebuilt(published)
    assert "f" * 32 not in pages(published)


def test_another_stages_dead_letters_are_not_touched(published: Newsroom) -> None:
    ref = list_captures(published.archive, published.partitions[0])[0]
    letter = DeadLetter(
        stage=Stage.ENRICH,
        reason=Reason.BUG,
        detail="",
        partition=published.partitions[0],
        source="paper",
        url="",
        capture=ref,
        failed_at=NOON,
        pipeline_version="1",
    )
    record_dead_letters(published.engine, [letter])
    rebuilt(published)
    assert {letter.stage: letter.attempts for letter in list_dead_letters(published.engine)} == {Stage.FETCH: 1, Stage.ENRICH: 1}
