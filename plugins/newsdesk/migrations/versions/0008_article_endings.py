"""Last lines of articles, in which repeated lines of a source are found."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "article_endings",
        sa.Column("source", sa.String(250), primary_key=True),
        sa.Column("partition", sa.String(250), primary_key=True, index=True),
        sa.Column("article", sa.String(32), primary_key=True),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("article_endings")
