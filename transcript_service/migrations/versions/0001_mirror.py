"""The mirror of the shared database, and the log of its synchronisation."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = {
    "mirror_award": (
        "school_code text",
        "school_year text",
        "class_code text index",
        "student_code text",
        "title text",
    ),
    "mirror_class": (
        "school_code text",
        "school_year text",
        "class_code text index",
        "name text",
        "grade int",
        "level text",
        "homeroom_teacher_code text",
        "term_1_locked bool",
        "term_2_locked bool",
    ),
    "mirror_class_subject": (
        "school_code text",
        "school_year text",
        "class_code text index",
        "subject_code text",
        "periods_per_year int",
        "teacher_code text",
        "printed_name text?",
    ),
    "mirror_comment": (
        "school_code text",
        "school_year text",
        "class_code text index",
        "student_code text",
        "subject_code text",
        "comment text",
        "assessment_status text",
        "confirmed_by text?",
        "confirmed_at text?",
    ),
    "mirror_conduct": (
        "school_code text",
        "school_year text",
        "class_code text index",
        "student_code text",
        "term int",
        "level text",
    ),
    "mirror_enrolment": (
        "school_code text",
        "school_year text",
        "class_code text index",
        "student_code text",
        "position int",
    ),
    "mirror_mark": (
        "school_code text",
        "school_year text",
        "class_code text index",
        "student_code text",
        "subject_code text",
        "term int",
        "kind text",
        "ordinal int",
        "score text?",
        "passed bool?",
    ),
    "mirror_pupil": (
        "school_code text",
        "student_code text index",
        "personal_id text?",
        "full_name text",
        "sex text",
        "birth_date text",
        "birth_place text",
        "ethnicity text",
        "nationality text",
        "policy_category text?",
        "current_address text",
        "register_number text?",
        "father_name text?",
        "father_occupation text?",
        "mother_name text?",
        "mother_occupation text?",
        "guardian_name text?",
        "guardian_occupation text?",
    ),
    "mirror_reassessment": (
        "school_code text",
        "school_year text",
        "class_code text index",
        "student_code text",
        "subject_code text",
        "score text?",
        "passed bool?",
    ),
    "mirror_result": (
        "school_code text",
        "school_year text",
        "class_code text index",
        "student_code text",
        "period text",
        "academic_result text?",
        "conduct_result text?",
        "promoted bool?",
        "subject_results json",
    ),
    "mirror_school": (
        "school_code text index",
        "name text",
        "commune text",
        "district text?",
        "province text",
        "principal_name text",
        "principal_title text",
        "sample bool",
    ),
    "mirror_staff": (
        "school_code text",
        "staff_code text index",
        "full_name text",
    ),
    "mirror_study_history": (
        "school_code text",
        "student_code text index",
        "school_year text",
        "class_name text",
        "school_name text",
        "commune text",
        "province text",
    ),
    "mirror_year_summary": (
        "school_code text",
        "school_year text",
        "class_code text index",
        "student_code text",
        "absent_excused int",
        "absent_unexcused int",
        "homeroom_comment text",
        "principal_comment text?",
        "conduct_after_summer text?",
        "confirmed_by text?",
        "confirmed_at text?",
    ),
    "sync_refused_record": (
        "upstream_table text key",
        "record_id text key",
        "upstream_field text key",
        "version int",
        "problem text",
        "school_code text",
        "school_year text",
        "class_code text?",
        "student_code text? index",
        "run_id int",
        "resolved bool",
    ),
    "sync_run": (
        "run_id int key",
        "started_at text",
        "base_url text",
        "school_code text",
        "school_year text",
        "outcome text",
        "received int",
        "applied int",
        "refused int",
    ),
}
"""`column type [key] [index]`; a question mark: may be NULL."""
_ENVELOPE = ("record_id text key", "version int", "cancelled bool", "updated_at text")
_TYPES = {"text": sa.String, "int": sa.Integer, "bool": sa.Boolean, "json": sa.JSON}


def upgrade() -> None:
    for table, columns in _TABLES.items():
        lines = (_ENVELOPE if table.startswith("mirror_") else ()) + columns
        op.create_table(table, *_columns(lines))
        for line in lines:
            name, *words = line.split()
            if "index" in words:
                op.create_index(f"ix_{table}_{name}", table, [name])


def _columns(lines: tuple[str, ...]) -> Iterator[sa.Column[object]]:
    for line in lines:
        name, kind, *words = line.split()
        yield sa.Column(
            name,
            _TYPES[kind.removesuffix("?")](),
            primary_key="key" in words,
            nullable=kind.endswith("?"),
        )
