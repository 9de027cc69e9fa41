"""Batches that were given up, and transactions that can no longer be mined."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("cancelled_because", sa.String()))
    op.add_column("registry_transaction", sa.Column("abandoned", sa.String()))


def downgrade() -> None:
    op.drop_column("registry_transaction", "abandoned")
    op.drop_column("batch", "cancelled_because")
