"""Active alerts, and ended ones whose end has not been notified yet."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("rule", sa.String(32), primary_key=True),
        sa.Column("subject", sa.String(250), primary_key=True),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recovered_at", sa.DateTime(timezone=True)),
        sa.Column("owed", sa.String(250), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("alerts")
