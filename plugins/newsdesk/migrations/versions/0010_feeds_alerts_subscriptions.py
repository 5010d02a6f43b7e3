"""Logins and answers of feeds, allowed hosts, WebSub subscriptions; alerts that are acknowledged or silenced."""

import sqlalchemy as sa
from alembic import op

from newsdesk.urls import split_login

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("alerts", sa.Column("acknowledged_at", sa.DateTime(timezone=True)))
    op.create_table(
        "alert_silences",
        sa.Column("subject", sa.String(250), primary_key=True),
        sa.Column("rule", sa.String(32), primary_key=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("feeds", sa.Column("authorization", sa.Text))
    op.add_column("feeds", sa.Column("next_poll_reason", sa.String(16)))
    op.add_column("feeds", sa.Column("answers", sa.Text))
    op.create_table(
        "allowed_hosts",
        sa.Column("host", sa.String(260), primary_key=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    moments = (sa.Column(name, sa.DateTime(timezone=True)) for name in ("requested_at", "lease_until", "delivered_at"))
    op.create_table(
        "subscriptions",
        sa.Column("feed_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hub", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("path", sa.String(64), nullable=False, unique=True),
        sa.Column("secret", sa.String(64), nullable=False),
        *moments,
        sa.Column("error", sa.Text),
    )
    _move_logins()


def _move_logins() -> None:
    """Move user and password of a feed's URL into the column of their own."""
    connection = op.get_bind()
    table, pages = (sa.Table(name, sa.MetaData(), autoload_with=connection) for name in ("feeds", "pages"))
    taken = set(connection.scalars(sa.select(table.c.url)))
    for row in connection.execute(sa.select(table.c.id, table.c.url, table.c.listed_url).where(table.c.url.contains("@"))).all():
        url, authorization = split_login(row.url)
        if url == row.url:
            continue
        connection.execute(sa.update(pages).where(pages.c.feed_url == row.url).values(feed_url=url))
        if url in taken:
            # The same feed without its login: it keeps its place and takes the login over.
            connection.execute(sa.update(table).where(table.c.url == url).values(authorization=authorization))
            connection.execute(sa.delete(table).where(table.c.id == row.id))
        else:
            listed_url, _ = split_login(row.listed_url)
            values = {"url": url, "listed_url": listed_url, "authorization": authorization}
            connection.execute(sa.update(table).where(table.c.id == row.id).values(**values))
            taken.add(url)


def downgrade() -> None:
    op.drop_table("subscriptions")
    op.drop_table("allowed_hosts")
    op.drop_table("alert_silences")
    op.drop_column("alerts", "acknowledged_at")
    with op.batch_alter_table("feeds") as feeds:
        for name in ("answers", "next_poll_reason", "authorization"):
            feeds.drop_column(name)
