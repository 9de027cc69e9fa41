"""Where the reading of each table stands, what each run brought, what it found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = {
    "sync_reading": (
        "school_code text key",
        "school_year text key",
        "upstream_table text key",
        "dialect text key",
        "base_url text key",
        "state text",
        "cursor text?",
        "mark text?",
        "etag text?",
        "records_read int",
        "full_read_at text?",
    ),
    "sync_table_run": (
        "run_id int key",
        "upstream_table text key",
        "base_url text key",
        "dialect text",
        "kind text",
        "resumed bool",
        "completed bool",
        "pages int",
        "received int",
        "inserted int",
        "updated int",
        "cancelled int",
        "unchanged int",
        "refused int",
        "greatest_version int",
        "decomposed int",
        "retries int",
    ),
    "sync_unseen": (
        "school_code text key",
        "school_year text key",
        "upstream_table text key",
        "record_id text key",
    ),
    "sync_finding": (
        "school_code text key",
        "school_year text key",
        "upstream_table text key",
        "record_id text key",
        "kind text key",
        "upstream_field text",
        "class_code text?",
        "student_code text?",
        "run_id int",
    ),
}
"""`column type [key]`; a question mark: may be NULL."""
_TYPES = {"text": sa.String, "int": sa.Integer, "bool": sa.Boolean}
_GROWN = ("mirror_school", "mirror_staff", "mirror_class", "mirror_pupil")
"""What revision 0004 gave new columns: any version fills them, also the one that is held."""


def upgrade() -> None:
    for table, lines in _TABLES.items():
        op.create_table(table, *map(_column, lines))
    op.create_index("ix_sync_finding_student_code", "sync_finding", ["student_code"])
    for table in _GROWN:
        op.execute(sa.update(sa.table(table, sa.column("version"))).values(version=0))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _column(line: str) -> sa.Column[object]:
    name, kind, *words = line.split()
    return sa.Column(
        name,
        _TYPES[kind.removesuffix("?")](),
        primary_key="key" in words,
        nullable=kind.endswith("?"),
    )
