"""What a batch has to remember of its signatures, whatever the settings say later."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("level", sa.String(), nullable=False, server_default="B-B"))
    op.add_column("batch", sa.Column("sealed_at", sa.String()))
    op.create_table(
        "batch_signer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("certificates", sa.String(), nullable=False),
    )
    op.create_index("ix_batch_signer_batch_id", "batch_signer", ["batch_id"])


def downgrade() -> None:
    op.drop_table("batch_signer")
    op.drop_column("batch", "sealed_at")
    op.drop_column("batch", "level")
