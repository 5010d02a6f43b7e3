"""The tables of topics in the state database.

topics               saved queries
topic_matches        the articles that a topic matched, numbered in the order in which they were found
topic_subscriptions  subscribers of a topic's articles, with channel, schedule, and the last match that was sent
topic_feeds          the secret tokens of a topic's feeds
article_marks        articles that a user has read, starred or annotated
"""

import sqlalchemy as sa

from newsdesk.database import METADATA, UtcDateTime

LONGEST_NAME = 100
LONGEST_USER = 250

TOPICS = sa.Table(
    "topics",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("owner", sa.String(LONGEST_USER), nullable=False),
    sa.Column("name", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("is_shared", sa.Boolean, nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("filled_at", UtcDateTime),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("error", sa.Text),
    sa.UniqueConstraint("owner", "name"),
    sqlite_autoincrement=True,
)


def _topic(*, index: bool = False) -> sa.Column[int]:
    return sa.Column("topic_id", sa.Integer, sa.ForeignKey("topics.id", ondelete="CASCADE"), nullable=False, index=index)


MATCHES = sa.Table(
    "topic_matches",
    METADATA,
    # The numbers are positions in a queue: SQLite must not reuse the number of a removed row.
    sa.Column("number", sa.Integer, primary_key=True),
    _topic(),
    sa.Column("article_id", sa.String(64), nullable=False),
    sa.Column("story_id", sa.String(64), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("lead", sa.Text, nullable=False),
    sa.Column("dated_at", UtcDateTime, nullable=False),
    sa.Column("found_at", UtcDateTime, nullable=False),
    sa.Column("is_news", sa.Boolean, nullable=False),
    sa.UniqueConstraint("topic_id", "article_id"),
    sa.Index("topic_matches_in_order", "topic_id", "number"),
    sqlite_autoincrement=True,
)

SUBSCRIPTIONS = sa.Table(
    "topic_subscriptions",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _topic(index=True),
    sa.Column("owner", sa.String(LONGEST_USER), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("secret", sa.String(64), nullable=False),
    sa.Column("rhythm", sa.String(16), nullable=False),
    sa.Column("daily_at", sa.String(5), nullable=False),
    sa.Column("quiet_from", sa.String(5), nullable=False),
    sa.Column("quiet_until", sa.String(5), nullable=False),
    sa.Column("gap_minutes", sa.Integer, nullable=False),
    sa.Column("time_zone", sa.String(64), nullable=False),
    sa.Column("told_until", sa.Integer, nullable=False),
    sa.Column("sending_until", sa.Integer),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("retry_at", UtcDateTime),
    sa.Column("error", sa.Text),
    sa.Column("lease_until", UtcDateTime),
)

FEEDS = sa.Table(
    "topic_feeds",
    METADATA,
    sa.Column("token", sa.String(64), primary_key=True),
    _topic(index=True),
    sa.Column("owner", sa.String(LONGEST_USER), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

MARKS = sa.Table(
    "article_marks",
    METADATA,
    sa.Column("user", sa.String(LONGEST_USER), primary_key=True),
    sa.Column("article_id", sa.String(64), primary_key=True),
    sa.Column("read_at", UtcDateTime),
    sa.Column("starred_at", UtcDateTime),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)
