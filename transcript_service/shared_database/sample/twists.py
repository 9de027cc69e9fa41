"""What happens to some pupils' records in mid-year: moving away, corrections, a missing term."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from transcript_service.shared_database.sample.pupil import SamplePupil, transfer_record
from transcript_service.shared_database.sample.school import FIRST_YEAR
from transcript_service.shared_database.sample.special_cases import Twist
from transcript_service.shared_database.sample.subjects import COMBINATIONS
from transcript_service.shared_database.upstream_store import UpstreamRecord, next_version

Records = list[UpstreamRecord]
_WITHOUT_TERM_1 = (
    "Học kì I học ở nước ngoài, chưa có điểm;"
    " kết quả cả năm do nhà trường quyết định theo học kì II."
)
_OF_WHOLE_YEAR = ("tongketnam", "nhanxetmon", "khenthuong", "danhgialai")


def _term_1_missing(_pupil: SamplePupil, records: Sequence[UpstreamRecord]) -> Records:
    """Drop term 1; the year stands as term 2, by the school's decision (domain 12.4, 7)."""
    term_2 = next(r for r in records if r.table == "ketquahoctap" and r.fields["hocky"] == "2")
    kept = []
    for record in records:
        fields = dict(record.fields)
        if fields.get("hocky") == "1":
            continue
        if record.table == "ketquahoctap" and fields["hocky"] == "0":
            fields |= {name: term_2.fields[name] for name in ("diemmon", "mahocluc", "mahanhkiem")}
        if record.table == "tongketnam":
            fields["nhanxet"] = _WITHOUT_TERM_1
        if record.table != "khenthuong":
            kept.append(replace(record, fields=fields))
    return kept


def _moved_away(pupil: SamplePupil, records: Sequence[UpstreamRecord]) -> Records:
    """Leave term 1 only, cancel the place in the class list, say where the pupil went."""
    kept = []
    for record in records:
        if record.fields.get("hocky") in ("2", "0") or record.table in _OF_WHOLE_YEAR:
            continue
        is_listed = record.table == "hocsinhlop"
        left = replace(next_version(record, record.fields), event="CANCEL") if is_listed else record
        kept.append(left)
    return [*kept, transfer_record(pupil, "DI", f"{FIRST_YEAR + 1}-02-10")]


def _corrected(pupil: SamplePupil, records: Sequence[UpstreamRecord]) -> Records:
    """Make one mark, and the results that follow from it, second versions."""
    mark = f"diem-{pupil.key}-TOAN-2-CK-1"
    return [
        next_version(record, record.fields)
        if record.record_id == mark or record.table == "ketquahoctap"
        else record
        for record in records
    ]


def _other_choice_before(pupil: SamplePupil, records: Sequence[UpstreamRecord]) -> Records:
    """Add what the pupil had chosen in the year before (domain 12.4, 8)."""
    before = next(one for one in COMBINATIONS if one != pupil.chosen)
    keys = pupil.school_class.keys(pupil.student_code)
    year = {
        "namhoc": f"{FIRST_YEAR - 1}-{FIRST_YEAR}",
        "malop": f"{pupil.school_class.school.code}-{FIRST_YEAR - 1}-10A1",
    }
    return [
        *records,
        *(
            UpstreamRecord(
                table="monchon",
                record_id=f"monchon-{pupil.key}-{FIRST_YEAR - 1}-{subject}",
                fields=keys | year | {"mamonhoc": subject},
            )
            for subject in before.electives
        ),
    ]


_Change = Callable[[SamplePupil, Sequence[UpstreamRecord]], Records]
_TWISTS: Mapping[Twist, _Change] = MappingProxyType(
    {
        Twist.TERM_1_MISSING: _term_1_missing,
        Twist.MOVED_AWAY: _moved_away,
        Twist.CORRECTED: _corrected,
        Twist.OTHER_CHOICE_BEFORE: _other_choice_before,
    }
)


def twist_records(
    twist: Twist | None, pupil: SamplePupil, records: Sequence[UpstreamRecord]
) -> Records:
    """Return the pupil's records after what happened to them."""
    return list(records) if twist is None else _TWISTS[twist](pupil, records)
