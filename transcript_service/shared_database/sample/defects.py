"""Defects that are put into sample data on purpose, so that their handling can be seen."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from transcript_service.shared_database.sample.cases import Case, Planted
from transcript_service.shared_database.sample.pupil import SamplePupil
from transcript_service.shared_database.upstream_store import UpstreamRecord, next_version

_DECOMPOSED_EVERY = 4
_CHANGED_SUBJECT = "LSDL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defective:
    """The student codes of the pupils with a planted defect."""

    contradicting: tuple[str, ...]
    without_mark: tuple[str, ...]
    with_invalid_score: tuple[str, ...]


def choose_defective(pupils: Sequence[SamplePupil], planted: Planted) -> Defective:
    """Choose pupils for the defects, usual ones first, from the end of the class list."""
    usual = [pupil for pupil in pupils if pupil.person.case is Case.USUAL]
    special = [p for p in pupils if p.person.case not in {Case.USUAL, Case.MINH_AN}]
    codes = iter([pupil.student_code for pupil in (*reversed(usual), *reversed(special))])
    counts = (
        planted.contradictions_of(len(pupils)),
        planted.missing_marks,
        planted.invalid_scores,
    )
    chosen = [tuple(islice(codes, count)) for count in counts]
    return Defective(contradicting=chosen[0], without_mark=chosen[1], with_invalid_score=chosen[2])


def plant(
    records: Sequence[UpstreamRecord], defective: Defective, planted: Planted
) -> list[UpstreamRecord]:
    """Return *records* with the defects in them."""
    changed = []
    for record in records:
        student = record.fields.get("mahocsinh")
        if student in defective.without_mark and _is_final_mark(record):
            continue
        new = record
        if student in defective.with_invalid_score and _is_final_mark(record):
            new = replace(record, fields={**record.fields, "diem": 10.5})
        if student in defective.contradicting:
            order = defective.contradicting.index(student)
            new = replace(record, fields=_contradict(record, order))
        changed.append(new)
    changed += _cancelled_awards(records)
    return [_decompose(record) for record in changed] if planted.decomposed_text else changed


def _is_final_mark(record: UpstreamRecord) -> bool:
    fields = record.fields
    place = (fields.get("mamonhoc"), fields.get("hocky"), fields.get("loaidiem"))
    return record.table == "diem" and place == (_CHANGED_SUBJECT, "2", "CK")


def _contradict(record: UpstreamRecord, order: int) -> Mapping[str, Any]:
    """Store another level for the year, or (for every second pupil) another average."""
    fields = record.fields
    if record.table != "ketquahoctap" or fields["hocky"] != "0":
        return fields
    if order % 2 == 0:
        level = int(fields["mahocluc"])
        return {**fields, "mahocluc": str(level - 1 if level > 1 else 2)}
    rows = [
        {**row, "diem": _a_tenth_off(row["diem"])} if row["mamonhoc"] == _CHANGED_SUBJECT else row
        for row in fields["diemmon"]
    ]
    return {**fields, "diemmon": rows}


def _a_tenth_off(score: float) -> float:
    tenths = round(score * 10)
    return (tenths - 1 if tenths > 0 else 1) / 10


def _cancelled_awards(records: Sequence[UpstreamRecord]) -> list[UpstreamRecord]:
    """Return an award that was entered by mistake and cancelled, for the first pupil listed."""
    for record in records:
        if record.table == "hocsinhlop":
            entered = UpstreamRecord(
                table="khenthuong",
                record_id="khenthuong-nham",
                fields={**record.fields, "noidung": "Học sinh Giỏi"},
            )
            return [replace(next_version(entered, entered.fields), event="CANCEL")]
    return []


def _decompose(record: UpstreamRecord) -> UpstreamRecord:
    """Keep the texts of some pupils in NFD."""
    number = record.record_id.split("-")[1]
    if not number.isdigit() or int(number) % _DECOMPOSED_EVERY != 0:
        return record
    fields = {
        name: unicodedata.normalize("NFD", value) if isinstance(value, str) else value
        for name, value in record.fields.items()
    }
    return replace(record, fields=fields)
