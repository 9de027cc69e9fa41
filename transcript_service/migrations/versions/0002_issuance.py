"""The service's own tables: transcripts, batches, documents, transactions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transcript",
        sa.Column("transcript_code", sa.String(), primary_key=True),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("student_code", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("series_key", sa.LargeBinary(), nullable=False, unique=True),
        sa.UniqueConstraint("institution", "student_code", "level"),
    )
    op.create_index("ix_transcript_student_code", "transcript", ["student_code"])
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("class_code", sa.String(), nullable=False),
        sa.Column("school_year", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("signed_at", sa.String(), nullable=False),
        sa.Column("publish", sa.Boolean(), nullable=False),
        sa.Column("finished_at", sa.String()),
        sa.Column("root", sa.LargeBinary()),
        sa.Column("manifest", sa.LargeBinary()),
    )
    op.create_index("ix_batch_institution", "batch", ["institution"])
    op.create_table(
        "batch_step",
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("done_at", sa.String(), nullable=False),
    )
    _create_document()
    _create_records_of_documents()


def _create_document() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "transcript_code",
            sa.String(),
            sa.ForeignKey("transcript.transcript_code"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("school_year", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("transcript_json", sa.LargeBinary(), nullable=False),
        sa.Column("series_id", sa.LargeBinary(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), sa.ForeignKey("document.id")),
        sa.Column("correction_reason", sa.String()),
        sa.Column("document_digest", sa.LargeBinary()),
        sa.Column("document_size", sa.Integer()),
        sa.UniqueConstraint("transcript_code", "kind", "school_year", "version"),
        sa.UniqueConstraint("batch_id", "position"),
    )
    op.create_index("ix_document_transcript_code", "document", ["transcript_code"])
    op.create_index("ix_document_batch_id", "document", ["batch_id"])
    op.create_index("ix_document_document_digest", "document", ["document_digest"])


def _create_records_of_documents() -> None:
    op.create_table(
        "state_change",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("document.id"), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
    )
    op.create_index("ix_state_change_document_id", "state_change", ["document_id"])
    op.create_table(
        "registry_transaction",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batch.id")),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("document.id")),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("nonce", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("transaction_hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("block_number", sa.Integer()),
        sa.Column("block_hash", sa.LargeBinary()),
    )
    for column in ("batch_id", "document_id", "sender"):
        op.create_index(f"ix_registry_transaction_{column}", "registry_transaction", [column])


def downgrade() -> None:
    for table in (
        "registry_transaction",
        "state_change",
        "document",
        "batch_step",
        "batch",
        "transcript",
    ):
        op.drop_table(table)
