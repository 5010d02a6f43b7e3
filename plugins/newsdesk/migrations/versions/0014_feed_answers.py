"""The last answers of each feed and why its next poll is when it is; hosts that may be asked although they are not public."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("next_poll_reason", sa.String(16)))
    op.add_column("feeds", sa.Column("answers", sa.Text))
    op.create_table(
        "allowed_hosts",
        sa.Column("host", sa.String(260), primary_key=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("allowed_hosts")
    with op.batch_alter_table("feeds") as feeds:
        feeds.drop_column("answers")
        feeds.drop_column("next_poll_reason")
