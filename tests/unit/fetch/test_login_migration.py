"""Logins in feed URLs of earlier versions are moved to their own column."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from newsdesk.database import MIGRATIONS, open_database
from newsdesk.fetch.state import export_outlines, select_feeds
from newsdesk.fetch.tables import FEEDS

FEED = (
    "INSERT INTO feeds (url, listed_url, host, host_hash, source, title, outline, status, interval_seconds, failures, moved_count, added_at)"
    " VALUES (:url, :url, 'news.example', 1, :source, '', '{\"folders\": [], \"attributes\": {}}', 'active', 600, 0, 0, '2026-11-24')"
)


def test_a_login_moves_out_of_the_address(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state.db"
    engine = sa.create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        for address, source in (
            ("https://ana:s3cret@news.example/one", "one"),
            ("https://news.example/two", "two"),
            ("https://ana:s3cret@news.example/two", "twice"),
            ("https://news.example/@three", "three"),
        ):
            connection.execute(sa.text(FEED), {"url": address, "source": source})
    engine.dispose()
    with open_database(url) as engine:
        feeds = select_feeds(engine, ["news.example"], sa.true())
        assert {(feed.source, feed.state.url, bool(feed.authorization)) for feed in feeds} == {
            ("one", "https://news.example/one", True),
            ("two", "https://news.example/two", True),
            ("three", "https://news.example/@three", False),
        }
        assert "s3cret" not in f"{feeds} {export_outlines(engine)}"
        with engine.connect() as connection:
            assert connection.scalar(sa.select(sa.func.count()).where(FEEDS.c.listed_url.contains("s3cret"))) == 0
