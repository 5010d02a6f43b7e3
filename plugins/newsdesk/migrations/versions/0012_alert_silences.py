"""Alerts that somebody takes care of, and alerts that nobody is notified of for a time."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("alerts", sa.Column("acknowledged_at", sa.DateTime(timezone=True)))
    op.create_table(
        "alert_silences",
        sa.Column("subject", sa.String(250), primary_key=True),
        sa.Column("rule", sa.String(32), primary_key=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("alert_silences")
    op.drop_column("alerts", "acknowledged_at")
