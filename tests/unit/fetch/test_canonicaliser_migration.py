"""A new version of the canonicaliser: known pages are still recognised by their old ids."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from newsdesk.database import MIGRATIONS, open_database
from newsdesk.fetch.listing import classify_entries
from newsdesk.fetch.pages import due_pages, is_captured
from newsdesk.fetch.plan import host_hash
from newsdesk.records import FeedItem
from newsdesk.urls import article_id

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
ADDRESSES = {
    "small digits": ("https://example.com/caf%c3%a9", "example.com/caf%c3%a9"),
    "parameter taken for tracking": ("https://example.com/read.php?cid=1001", "example.com/read.php"),
    "number alone": ("https://example.com/news.asp?12345", "example.com/news.asp"),
    "slug": ("https://example.com/sound/amp", "example.com/sound"),
    "punycode": ("https://xn--zrich-kva.example/a", "xn--zrich-kva.example/a"),
    "letters": ("https://hören.example/a", "hören.example/a"),
    "ordinary": ("https://www.example.com/2026/harbour/", "example.com/2026/harbour"),
}
"""URLs of pages, and the strings from which the previous version made their ids."""


def old_id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


@pytest.fixture(scope="module")
def migrated_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the previous version after its migration."""
    file = tmp_path_factory.mktemp("state") / "state.db"
    old = sa.create_engine(f"sqlite:///{file}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        pages = sa.Table("pages", sa.MetaData(), autoload_with=connection)
        for address, key in ADDRESSES.values():
            connection.execute(sa.insert(pages).values(_page(old_id(key), address)))
        queued = _page("queued", "https://zürich.example/b") | {"visits": 0, "next_fetch_at": NOON}
        connection.execute(sa.insert(pages).values(queued))
        redirected = _page("redirected", "https://feeds.example/1") | {"first_url": "https://example.com/r.php?eid=7"}
        connection.execute(sa.insert(pages).values(redirected))
    old.dispose()
    with open_database(f"sqlite:///{file}") as engine, engine.connect() as connection:
        connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return file


@pytest.fixture
def engine(migrated_pages: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    shutil.copy(migrated_pages, tmp_path / "state.db")
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        yield engine


def _page(id: str, url: str) -> dict[str, object]:
    host = url.split("/")[2]
    return {
        "id": id,
        "url": url,
        "host": host,
        "host_hash": host_hash(host),
        "feed_id": 1,
        "feed_url": "https://example.com/feed.xml",
        "source": "example",
        "visits": 1,
        "failures": 0,
        "first_seen_at": NOON,
    }


def listed(engine: sa.Engine, *urls: str) -> tuple[list[str], set[str]]:
    """Return the URLs of new pages among these entries, and the ids of known ones."""
    items = [FeedItem(id=url, url=url) for url in urls]
    with engine.connect() as connection:
        found = classify_entries(connection, items, feed_id=1, feed_url="https://example.com/feed.xml", source="example")
    return [page.url for page in found.new], set(found.known_ids)


@pytest.mark.parametrize(("address", "key"), ADDRESSES.values(), ids=ADDRESSES)
def test_a_page_that_was_captured_is_not_new(engine: sa.Engine, address: str, key: str) -> None:
    assert listed(engine, address) == ([], {old_id(key)})
    assert is_captured(engine, article_id(address))


def test_a_twin_that_was_kept_apart_is_joined(engine: sa.Engine) -> None:
    new, known = listed(engine, "http://www.example.com/café", "https://zürich.example/a")
    assert new == []
    assert known == {old_id("example.com/caf%c3%a9"), old_id("xn--zrich-kva.example/a")}


def test_a_page_that_was_taken_for_another_is_new(engine: sa.Engine) -> None:
    new, _ = listed(
        engine, "https://example.com/read.php?cid=1001", "https://example.com/read.php?cid=1002", "https://example.com/news.asp?6"
    )
    assert new == ["https://example.com/read.php?cid=1002", "https://example.com/news.asp?6"]


def test_where_a_redirect_led_is_known(engine: sa.Engine) -> None:
    assert is_captured(engine, article_id("https://example.com/r.php?eid=7"))
    assert not is_captured(engine, article_id("https://example.com/r.php?eid=8"))


def test_a_page_that_is_due_is_found_under_its_host_in_punycode(engine: sa.Engine) -> None:
    (page,) = due_pages(engine, ["xn--zrich-kva.example"], NOON, per_host=10)
    assert page.id == "queued"


def test_no_page_lost_its_id(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        ids = set(connection.scalars(sa.text("select id from pages")))
    assert ids == {old_id(key) for _, key in ADDRESSES.values()} | {"queued", "redirected"}
