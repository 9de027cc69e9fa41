"""What whole schools need: more of each record, and more tables."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ADDED_COLUMNS = {
    "mirror_school": (
        "levels json?",
        "school_type text?",
        "address text?",
        "locks_year text?",
        "term_1_locked bool?",
        "term_2_locked bool?",
    ),
    "mirror_staff": ("personal_id text?",),
    "mirror_class": ("site_code text?",),
    "mirror_pupil": (
        "identity_document text?",
        "identity_verified bool?",
        "identity_verified_on text?",
        "identity_source text?",
        "disability text?",
        "area text?",
        "status text?",
    ),
}
_ADDED_INDEXES = (("mirror_pupil", "personal_id"),)
_RECORD = ("record_id text key", "version int", "cancelled bool", "updated_at text")
_OF_CLASS = (*_RECORD, "school_code text", "school_year text", "class_code text index")
_OF_PUPIL = (*_OF_CLASS, "student_code text", "subject_code text")
_TABLES = {
    "mirror_site": (
        *_RECORD,
        "school_code text",
        "site_code text index",
        "name text",
        "address text?",
        "commune text?",
        "is_main bool",
    ),
    "mirror_teaching": (
        *_RECORD,
        "school_code text",
        "school_year text",
        "staff_code text index",
        "subject_code text",
        "class_code text?",
        "term int?",
    ),
    "mirror_transfer": (
        *_RECORD,
        "school_code text",
        "school_year text",
        "student_code text index",
        "direction text",
        "moved_on text",
        "from_school text",
        "to_school text",
        "from_school_code text?",
        "to_school_code text?",
    ),
    "mirror_study_topic": (*_OF_PUPIL, "term int", "score text?", "passed bool?"),
    "mirror_chosen_subject": _OF_PUPIL,
}
"""`column type [key] [index]`; a question mark: may be NULL."""
_TYPES = {"text": sa.String, "int": sa.Integer, "bool": sa.Boolean, "json": sa.JSON}


def upgrade() -> None:
    for table, lines in _ADDED_COLUMNS.items():
        for column in _columns(lines):
            op.add_column(table, column)
    for table, lines in _TABLES.items():
        op.create_table(table, *_columns(lines))
    for table, name in _indexes():
        op.create_index(f"ix_{table}_{name}", table, [name])


def downgrade() -> None:
    for table, name in _ADDED_INDEXES:
        op.drop_index(f"ix_{table}_{name}", table)
    for table in _TABLES:
        op.drop_table(table)
    for table, lines in _ADDED_COLUMNS.items():
        for line in lines:
            op.drop_column(table, line.split()[0])


def _columns(lines: tuple[str, ...]) -> Iterator[sa.Column[object]]:
    for line in lines:
        name, kind, *words = line.split()
        yield sa.Column(
            name,
            _TYPES[kind.removesuffix("?")](),
            primary_key="key" in words,
            nullable=kind.endswith("?"),
        )


def _indexes() -> Iterator[tuple[str, str]]:
    yield from _ADDED_INDEXES
    for table, lines in _TABLES.items():
        for line in lines:
            if line.endswith(" index"):
                yield table, line.split()[0]
