"""When a page was last listed by its feed, and when the feed last changed; pages that are no longer listed can be removed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("pages", sa.Column("listed_at", sa.DateTime(timezone=True)))
    op.add_column("feeds", sa.Column("changed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    for table, column in (("pages", "listed_at"), ("feeds", "changed_at")):
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
