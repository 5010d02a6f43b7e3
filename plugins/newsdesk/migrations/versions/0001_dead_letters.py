"""Dead letters: one row for each capture that fails at a stage."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("stage", sa.String(16), primary_key=True),
        sa.Column("locator", sa.String(1000), primary_key=True),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("partition", sa.String(250), nullable=False, index=True),
        sa.Column("source", sa.String(250), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pipeline_version", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("dead_letters")
