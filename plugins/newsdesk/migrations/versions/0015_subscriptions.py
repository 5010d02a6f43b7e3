"""Subscriptions to feeds at hubs of WebSub."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table("subscriptions")
