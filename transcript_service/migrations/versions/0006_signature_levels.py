"""The level of a batch's signatures: fixed when it begins, whatever the settings say later."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("level", sa.String(), nullable=False, server_default="B-B"))


def downgrade() -> None:
    op.drop_column("batch", "level")
