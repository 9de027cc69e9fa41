"""
How defects are put into the records of a pupil or a class, one of each kind, and written down.

Each function changes the records and returns the one that is wrong (or that is gone) and the
field. A pupil with a defect is an ordinary one otherwise, whose year is Khá unless the kind asks
for more; so nothing else is wrong with him.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from transcript_service.shared_database.sample.defect_kinds import DefectKind, PlantedDefect
from transcript_service.shared_database.sample.marks import Wish
from transcript_service.shared_database.sample.pupil import SamplePupil
from transcript_service.shared_database.sample.results import KHA, TOT
from transcript_service.shared_database.upstream_store import UpstreamRecord, next_version

_UNKNOWN_TEACHER = "000GVKHONGCO"
_STALE_AT = 3
"""Version of a record that goes back to 1 when `make_stale` is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A pupil whose records are to be spoilt, and who stands around."""

    pupil: SamplePupil
    twin: SamplePupil | None
    """Another ordinary pupil of the class, of the same sex."""
    other_class: str | None
    """Code of another class of the school."""


class Records:
    """The records of one pupil or class, as they are spoilt."""

    def __init__(self, records: Iterable[UpstreamRecord]) -> None:
        """Begin with good ones."""
        self.all = list(records)

    def find(self, table: str, ending: str = "") -> UpstreamRecord:
        """Return the only record of *table* whose id ends so."""
        (found,) = (
            one for one in self.all if one.table == table and one.record_id.endswith(ending)
        )
        return found

    def drop(self, record: UpstreamRecord) -> UpstreamRecord:
        """Leave *record* out."""
        self.all.remove(record)
        return record

    def change(self, record: UpstreamRecord, **fields: Any) -> UpstreamRecord:
        """Give *record* other values."""
        new = replace(record, fields={**record.fields, **fields})
        self.all[self.all.index(record)] = new
        return new

    def add(self, record: UpstreamRecord) -> UpstreamRecord:
        """Add *record*."""
        self.all.append(record)
        return record


_Spoilt = tuple[UpstreamRecord, str]
_Plant = Callable[[Records, Place], _Spoilt]


def wish_for(kind: DefectKind) -> Wish:
    """Return what the year of a pupil with such a defect comes out as."""
    level = TOT if kind is DefectKind.AWARD_NOT_RECORDED else KHA
    return Wish(level=level, conduct=(1, 1), absent=3)


def plant_in_pupil(
    kind: DefectKind, records: Iterable[UpstreamRecord], place: Place
) -> tuple[list[UpstreamRecord], PlantedDefect]:
    """Return the pupil's records with a defect of *kind* in them, and what it is."""
    spoilt = Records(records)
    record, field = _PLANTS[kind](spoilt, place)
    pupil, twin = place.pupil, place.twin
    has_twin = kind is DefectKind.PERSONAL_ID_TWICE and twin is not None
    planted = PlantedDefect(
        kind=kind,
        school_code=pupil.school_class.school.code,
        class_code=pupil.school_class.class_code,
        student_code=pupil.student_code,
        table=record.table,
        record_id=record.record_id,
        field=field,
        other_student_codes=(twin.student_code,) if has_twin and twin is not None else (),
    )
    return spoilt.all, planted


def fits(kind: DefectKind, place: Place) -> bool:
    """Tell whether a defect of *kind* finds what it needs around the pupil."""
    if kind is DefectKind.PERSONAL_ID_TWICE:
        return place.twin is not None
    return kind is not DefectKind.TWO_CLASSES or place.other_class is not None


def plant_in_class(
    kind: DefectKind, records: Sequence[UpstreamRecord]
) -> tuple[list[UpstreamRecord], PlantedDefect]:
    """Return a class's own records with a defect of *kind* in them, and what it is."""
    spoilt = Records(records)
    fields: dict[str, object] = {"khoahocky2": 0}
    if kind is DefectKind.HOMEROOM_MISSING:
        fields = {"magiaoviencn": _UNKNOWN_TEACHER}
    record = spoilt.change(spoilt.find("lophoc"), **fields)
    planted = PlantedDefect(
        kind=kind,
        school_code=record.fields["matruong"],
        class_code=record.fields["malop"],
        student_code=None,
        table=record.table,
        record_id=record.record_id,
        field=next(iter(fields)),
    )
    return spoilt.all, planted


def _drop(table: str, ending: str, field: str) -> _Plant:
    return lambda records, _place: (records.drop(records.find(table, ending)), field)


def _set(table: str, ending: str, **fields: object) -> _Plant:
    field = next(iter(fields))
    return lambda records, _place: (records.change(records.find(table, ending), **fields), field)


def _of_pupil(change: Callable[[Mapping[str, Any]], dict[str, object]]) -> _Plant:
    """Change fields of the identity that depend on what they were."""

    def plant(records: Records, _place: Place) -> _Spoilt:
        record = records.find("hocsinh")
        fields = change(record.fields)
        return records.change(record, **fields), next(iter(fields))

    return plant


def _of_year(change: Callable[[Mapping[str, Any]], dict[str, object]]) -> _Plant:
    """Change fields of the stored result of the year that depend on what they were."""

    def plant(records: Records, _place: Place) -> _Spoilt:
        record = records.find("ketquahoctap", "-0")
        fields = change(record.fields)
        return records.change(record, **fields), next(iter(fields))

    return plant


def _add(table: str, ending: str, field: str, **fields: object) -> _Plant:
    """Add a record about the pupil."""

    def plant(records: Records, place: Place) -> _Spoilt:
        return records.add(place.pupil.record(table, ending, fields)), field

    return plant


def _twice(records: Records, place: Place) -> _Spoilt:
    if place.twin is None:
        raise AssertionError("nobody to share a personal id with")
    same = place.twin.person.fields["sodinhdanh"]
    return records.change(records.find("hocsinh"), sodinhdanh=same), "sodinhdanh"


def _two_classes(records: Records, place: Place) -> _Spoilt:
    listed = records.find("hocsinhlop")
    fields = {**listed.fields, "malop": place.other_class, "thutu": 99}
    again = replace(listed, record_id=f"{listed.record_id}-2", fields=fields)
    return records.add(again), "malop"


def _second_mark(records: Records, _place: Place) -> _Spoilt:
    mark = records.find("diem", "-TOAN-1-GK-1")
    again = replace(mark, record_id=f"{mark.record_id}-2", fields={**mark.fields, "lanthu": 2})
    return records.add(again), "lanthu"


def _results_gone(records: Records, _place: Place) -> _Spoilt:
    for period in "12":
        records.drop(records.find("ketquahoctap", f"-{period}"))
    return records.drop(records.find("ketquahoctap", "-0")), "hocky"


def _topics_gone(records: Records, place: Place) -> _Spoilt:
    subject = place.pupil.chosen.topics[0]
    records.drop(records.find("chuyende", f"-{subject}-1"))
    return records.drop(records.find("chuyende", f"-{subject}-2")), "mamonhoc"


def _choice(records: Records, place: Place) -> _Spoilt:
    """Let the pupil have chosen one subject less, or one alone where his class chose alike."""
    subject = place.pupil.chosen.electives[0]
    if place.pupil.school_class.chose_alike:
        chosen = place.pupil.record("monchon", f"-{subject}", {"mamonhoc": subject})
        return records.add(chosen), "mamonhoc"
    return records.drop(records.find("monchon", f"-{subject}")), "mamonhoc"


def _stale(records: Records, _place: Place) -> _Spoilt:
    record = records.find("tongketnam")
    new = replace(next_version(record, record.fields), version=_STALE_AT)
    records.drop(record)
    return records.add(new), "phienban"


def _other_average(year: Mapping[str, Any]) -> dict[str, object]:
    """Put the average of mathematics a tenth off."""
    rows = [dict(row) for row in year["diemmon"]]
    for row in rows:
        if row["mamonhoc"] == "TOAN":
            row["diem"] = (round(row["diem"] * 10) - 1) / 10
    return {"diemmon": rows}


def _decomposed(pupil: Mapping[str, Any]) -> dict[str, object]:
    texts = ("hovaten", "noisinh", "choohiennay")
    return {name: unicodedata.normalize("NFD", pupil[name]) for name in texts}


def _other_birth_year(pupil: Mapping[str, Any]) -> dict[str, object]:
    number = pupil["sodinhdanh"]
    return {"sodinhdanh": f"{number[:4]}{int(number[4:6]) + 1:02}{number[6:]}"}


def _other_sex(pupil: Mapping[str, Any]) -> dict[str, object]:
    number = pupil["sodinhdanh"]
    return {"sodinhdanh": f"{number[:3]}{'3' if number[3] == '2' else '2'}{number[4:]}"}


_UNVERIFIED = {"dinhdanh_xacthuc": 0, "dinhdanh_ngayxacthuc": None, "dinhdanh_nguon": None}
_PLANTS: Mapping[DefectKind, _Plant] = MappingProxyType(
    {
        DefectKind.MARK_MISSING: _drop("diem", "-TOAN-2-CK-1", "diem"),
        DefectKind.MARK_COUNT: _drop("diem", "-NGUVAN-1-TX-1", "lanthu"),
        DefectKind.MARK_TWICE: _second_mark,
        DefectKind.SCORE_OFF_SCALE: _set("diem", "-TOAN-2-CK-1", diem=10.5),
        DefectKind.SCORE_TOO_FINE: _set("diem", "-TOAN-2-CK-1", diem=7.25),
        DefectKind.CODE_UNKNOWN: _set("diem", "-TOAN-2-CK-1", mamonhoc="TOANHOC"),
        DefectKind.PERSONAL_ID_TWICE: _twice,
        DefectKind.PERSONAL_ID_MISSING: _set("hocsinh", "", sodinhdanh=None),
        DefectKind.PERSONAL_ID_MALFORMED: _of_pupil(
            lambda pupil: {"sodinhdanh": pupil["sodinhdanh"][:-1]}
        ),
        DefectKind.PERSONAL_ID_BIRTH_YEAR: _of_pupil(_other_birth_year),
        DefectKind.PERSONAL_ID_SEX: _of_pupil(_other_sex),
        DefectKind.IDENTITY_UNVERIFIED: _set("hocsinh", "", **_UNVERIFIED),
        DefectKind.IDENTITY_INCOMPLETE: _set("hocsinh", "", noisinh=None),
        DefectKind.IDENTITY_GONE: _drop("hocsinh", "", "mahocsinh"),
        DefectKind.NOT_NFC: _of_pupil(_decomposed),
        DefectKind.NAME_UNTIDY: _of_pupil(lambda pupil: {"hovaten": pupil["hovaten"].upper()}),
        DefectKind.NOT_STUDYING: _set("hocsinh", "", trangthai="3"),
        DefectKind.TWO_CLASSES: _two_classes,
        DefectKind.NOT_LISTED: _drop("hocsinhlop", "", "malop"),
        DefectKind.RESULT_MISSING: _results_gone,
        DefectKind.AVERAGE_DIFFERS: _of_year(_other_average),
        DefectKind.LEVEL_DIFFERS: _set("ketquahoctap", "-0", mahocluc="1"),
        DefectKind.CONDUCT_DIFFERS: _set("ketquahoctap", "-0", mahanhkiem="2"),
        DefectKind.PROMOTION_DIFFERS: _set("ketquahoctap", "-0", colenlop=0),
        DefectKind.AWARD_NOT_EARNED: _add("khenthuong", "-sai", "noidung", noidung="Học sinh Giỏi"),
        DefectKind.AWARD_REPEALED: _add(
            "khenthuong", "-cu", "noidung", noidung="Học sinh Tiên tiến"
        ),
        DefectKind.AWARD_NOT_RECORDED: _drop("khenthuong", "-1", "noidung"),
        DefectKind.SECOND_CHANCE_NOT_DUE: _add(
            "danhgialai", "-TOAN", "mamonhoc", mamonhoc="TOAN", diem=9, dat=None
        ),
        DefectKind.COMMENT_MISSING: _drop("nhanxetmon", "-TOAN", "nhanxet"),
        DefectKind.COMMENT_NOT_CONFIRMED: _set(
            "nhanxetmon", "-NGUVAN", thoigianxacnhan=None, nguoixacnhan=None
        ),
        DefectKind.SUMMARY_MISSING: _drop("tongketnam", "", "nhanxet"),
        DefectKind.CONDUCT_MISSING: _drop("renluyen", "-2", "mahanhkiem"),
        DefectKind.STUDY_TOPICS: _topics_gone,
        DefectKind.CHOICE: _choice,
        DefectKind.STALE_VERSION: _stale,
    }
)
OF_A_PUPIL = tuple(_PLANTS)
"""Kinds that are put into one pupil's records."""
