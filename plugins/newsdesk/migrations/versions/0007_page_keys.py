"""Further keys of a page and the URL of its first capture: a story whose slug changes remains one article."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("pages", sa.Column("first_url", sa.Text))
    op.create_table(
        "page_keys",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("page_id", sa.String(32), nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("page_keys")
    with op.batch_alter_table("pages") as table:
        table.drop_column("first_url")
