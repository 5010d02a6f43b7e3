"""Topics with their matches and subscriptions, and read marks; saved searches become shared topics."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    topics = op.create_table(
        "topics",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.String(250), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("is_shared", sa.Boolean, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True)) for name in ("filled_at", "asked_at")),
        sa.Column("error", sa.Text),
        sa.UniqueConstraint("owner", "name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "topic_matches",
        sa.Column("number", sa.Integer, primary_key=True),
        _topic(),
        *(sa.Column(name, sa.String(64), nullable=False) for name in ("article_id", "story_id")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "url", "source")),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("lead", sa.Text, nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("dated_at", "found_at")),
        sa.Column("is_news", sa.Boolean, nullable=False),
        sa.UniqueConstraint("topic_id", "article_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("topic_matches_in_order", "topic_matches", ["topic_id", "number"])
    op.create_table(
        "topic_subscriptions",
        sa.Column("id", sa.Integer, primary_key=True),
        _topic(index=True),
        sa.Column("owner", sa.String(250), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("rhythm", sa.String(16), nullable=False),
        *(sa.Column(name, sa.String(5), nullable=False) for name in ("daily_at", "quiet_from", "quiet_until")),
        sa.Column("gap_minutes", sa.Integer, nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("told_until", sa.Integer, nullable=False),
        sa.Column("sending_until", sa.Integer),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "topic_feeds",
        sa.Column("token", sa.String(64), primary_key=True),
        _topic(index=True),
        sa.Column("owner", sa.String(250), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "article_marks",
        sa.Column("user", sa.String(250), primary_key=True),
        sa.Column("article_id", sa.String(64), primary_key=True),
        *(sa.Column(name, sa.DateTime(timezone=True)) for name in ("read_at", "starred_at")),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    _move_saved_searches(topics)


def _topic(*, index: bool = False) -> sa.Column[int]:
    return sa.Column("topic_id", sa.Integer, sa.ForeignKey("topics.id", ondelete="CASCADE"), nullable=False, index=index)


def _move_saved_searches(topics: sa.Table) -> None:
    saved = sa.Table("saved_searches", sa.MetaData(), autoload_with=op.get_bind())
    found = sa.select(sa.literal(""), saved.c.name, sa.true(), saved.c.query, saved.c.saved_at)
    op.execute(sa.insert(topics).from_select(["owner", "name", "is_shared", "query", "changed_at"], found))
    op.drop_table("saved_searches")


def downgrade() -> None:
    saved = op.create_table(
        "saved_searches",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    )
    topics = sa.Table("topics", sa.MetaData(), autoload_with=op.get_bind())
    found = sa.select(topics.c.name, topics.c.query, topics.c.changed_at).where(topics.c.owner == "")
    op.execute(sa.insert(saved).from_select(["name", "query", "saved_at"], found))
    for name in ("article_marks", "topic_feeds", "topic_subscriptions", "topic_matches", "topics"):
        op.drop_table(name)
