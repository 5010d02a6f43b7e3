"""User and password of a feed's address move into a column of their own."""

import sqlalchemy as sa
from alembic import op

from newsdesk.urls import split_login

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("authorization", sa.Text))
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
    with op.batch_alter_table("feeds") as feeds:
        feeds.drop_column("authorization")
