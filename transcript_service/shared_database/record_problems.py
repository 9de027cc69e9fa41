"""What is wrong with mirrored records themselves, before any rule of the circular is applied."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from transcript_service.class_year import RecordProblem
from transcript_service.shared_database.mirror import MirrorRecord, RefusedRecord
from verifier.messages import _

_Row = TypeVar("_Row", bound=MirrorRecord)

_TABLES_OF_THE_WHOLE_CLASS = ("truong", "lophoc", "monhoclop")
_TABLES_OF_NO_PUPIL = ("diemtruong", "phancong")
"""Nothing of these is printed in a transcript."""


def concerns(row: RefusedRecord, student_code: str, teachers: set[str]) -> bool:
    """
    Say whether a refused record stops this pupil of the class.

    *teachers* are the record ids of the staff who teach the class: a refused record of any
    other member of staff stops nobody.
    """
    if row.upstream_table in _TABLES_OF_NO_PUPIL:
        return False
    if row.student_code is not None:
        return row.student_code == student_code
    if row.upstream_table == "nhansu":
        return row.record_id in teachers
    return row.upstream_table in _TABLES_OF_THE_WHOLE_CLASS or row.class_code is not None


def refusal_problem(row: RefusedRecord) -> RecordProblem:
    """Return the problem that a refused record is."""
    return RecordProblem(
        table=row.upstream_table,
        record_id=row.record_id,
        field=row.upstream_field,
        message=row.problem,
    )


def find_doubles(
    table: str, rows: Sequence[_Row], key: Callable[[_Row], str]
) -> Iterator[RecordProblem]:
    """Find rows that speak of the same thing, by *key*, as an earlier one does."""
    seen: dict[str, str] = {}
    for row in rows:
        first = seen.setdefault(key(row), row.record_id)
        if first != row.record_id:
            yield RecordProblem(
                table=table,
                record_id=row.record_id,
                field="idbanghi",
                message=_("says the same as record {record_id}; cancel one of them").format(
                    record_id=first
                ),
            )
