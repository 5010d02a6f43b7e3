"""Feeds, their pages, the hosts of both, and WARC files that are being written."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("url", sa.String(2000), nullable=False, unique=True),
        sa.Column("listed_url", sa.String(2000), nullable=False, index=True),
        sa.Column("host", sa.String(260), nullable=False, index=True),
        sa.Column("host_hash", sa.Integer, nullable=False),
        sa.Column("source", sa.String(100), nullable=False, index=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("outline", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("body_digest", sa.String(64)),
        sa.Column("interval_seconds", sa.Float, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("moved_to", sa.Text),
        sa.Column("moved_count", sa.Integer, nullable=False),
        sa.Column("next_poll_at", _MOMENT, index=True),
        sa.Column("last_polled_at", _MOMENT),
        sa.Column("last_success_at", _MOMENT),
        sa.Column("read_at", _MOMENT),
        sa.Column("last_error", sa.Text),
        sa.Column("added_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "pages",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("host", sa.String(260), nullable=False, index=True),
        sa.Column("host_hash", sa.Integer, nullable=False),
        sa.Column("feed_id", sa.Integer, nullable=False, index=True),
        sa.Column("feed_url", sa.Text, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("item", sa.Text),
        sa.Column("next_fetch_at", _MOMENT, index=True),
        sa.Column("visits", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("digest", sa.String(64)),
        sa.Column("captured_at", _MOMENT),
        sa.Column("capture", sa.Text),
        sa.Column("first_seen_at", _MOMENT, nullable=False, index=True),
        sa.Column("last_error", sa.Text),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.String(260), primary_key=True),
        sa.Column("owner", sa.String(120)),
        sa.Column("leased_until", _MOMENT),
        sa.Column("asked_at", _MOMENT),
        sa.Column("paused_until", _MOMENT),
        sa.Column("robots_status", sa.Integer),
        sa.Column("robots_body", sa.Text),
        sa.Column("robots_fetched_at", _MOMENT),
    )
    op.create_table(
        "capture_files",
        sa.Column("path", sa.String(500), primary_key=True),
        sa.Column("partition", sa.String(250), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("leased_until", _MOMENT, nullable=False),
        sa.Column("manifest", sa.Text),
    )


def downgrade() -> None:
    for table in ("capture_files", "hosts", "pages", "feeds"):
        op.drop_table(table)
