"""The tables of fetch in the state database.

feeds          feeds and their polling state
pages          all pages that feeds and sitemaps have listed; a page is queued while `next_fetch_at` is set
page_keys      other keys of a page: later URLs, and keys of its entry (see `identity`)
hosts          per host: the current lease, the end of a pause, robots.txt
allowed_hosts  non-public hosts that may be requested, in addition to those of the settings
subscriptions  WebSub subscriptions of feeds (see `websub`)
capture_files  WARC files being written, for recovery after a kill (see `journal`)
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from newsdesk.database import METADATA, UtcDateTime, insert_into


def insert_missing(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows whose keys do not exist. Other tasks may insert the same rows concurrently.

    Rows must be sorted by key: transactions that insert the same rows in different orders can deadlock.
    """
    if rows:
        connection.execute(insert_into(connection, table).on_conflict_do_nothing(), list(rows))


FEEDS = sa.Table(
    "feeds",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("url", sa.String(2000), nullable=False, unique=True),
    sa.Column("listed_url", sa.String(2000), nullable=False, index=True),
    sa.Column("host", sa.String(260), nullable=False, index=True),
    sa.Column("host_hash", sa.Integer, nullable=False),
    sa.Column("source", sa.String(100), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("outline", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("authorization", sa.Text),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("body_digest", sa.String(64)),
    sa.Column("interval_seconds", sa.Float, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("moved_to", sa.Text),
    sa.Column("moved_count", sa.Integer, nullable=False),
    sa.Column("next_poll_at", UtcDateTime, index=True),
    sa.Column("last_polled_at", UtcDateTime),
    sa.Column("last_success_at", UtcDateTime),
    sa.Column("read_at", UtcDateTime),
    sa.Column("changed_at", UtcDateTime),
    sa.Column("last_error", sa.Text),
    sa.Column("next_poll_reason", sa.String(16)),
    sa.Column("answers", sa.Text),
    sa.Column("added_at", UtcDateTime, nullable=False),
)

PAGES = sa.Table(
    "pages",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("first_url", sa.Text),
    sa.Column("host", sa.String(260), nullable=False, index=True),
    sa.Column("host_hash", sa.Integer, nullable=False),
    sa.Column("feed_id", sa.Integer, nullable=False, index=True),
    sa.Column("feed_url", sa.Text, nullable=False),
    sa.Column("source", sa.String(100), nullable=False),
    sa.Column("item", sa.Text),
    sa.Column("published_at", UtcDateTime),
    sa.Column("next_fetch_at", UtcDateTime, index=True),
    sa.Column("visits", sa.Integer, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("digest", sa.String(64)),
    sa.Column("captured_at", UtcDateTime),
    sa.Column("capture", sa.Text),
    sa.Column("first_seen_at", UtcDateTime, nullable=False, index=True),
    sa.Column("listed_at", UtcDateTime),
    sa.Column("last_error", sa.Text),
)

PAGE_KEYS = sa.Table(
    "page_keys",
    METADATA,
    sa.Column("key", sa.String(32), primary_key=True),
    sa.Column("page_id", sa.String(32), nullable=False, index=True),
)

HOSTS = sa.Table(
    "hosts",
    METADATA,
    sa.Column("host", sa.String(260), primary_key=True),
    sa.Column("owner", sa.String(120)),
    sa.Column("leased_until", UtcDateTime),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("paused_until", UtcDateTime),
    sa.Column("robots_status", sa.Integer),
    sa.Column("robots_body", sa.Text),
    sa.Column("robots_fetched_at", UtcDateTime),
)

ALLOWED_HOSTS = sa.Table(
    "allowed_hosts",
    METADATA,
    sa.Column("host", sa.String(260), primary_key=True),
    sa.Column("added_at", UtcDateTime, nullable=False),
)

SUBSCRIPTIONS = sa.Table(
    "subscriptions",
    METADATA,
    sa.Column("feed_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("hub", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("path", sa.String(64), nullable=False, unique=True),
    sa.Column("secret", sa.String(64), nullable=False),
    sa.Column("requested_at", UtcDateTime),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("delivered_at", UtcDateTime),
    sa.Column("error", sa.Text),
)

CAPTURE_FILES = sa.Table(
    "capture_files",
    METADATA,
    sa.Column("path", sa.String(500), primary_key=True),
    sa.Column("partition", sa.String(250), nullable=False),
    sa.Column("owner", sa.String(120), nullable=False),
    sa.Column("leased_until", UtcDateTime, nullable=False),
    sa.Column("manifest", sa.Text),
)
