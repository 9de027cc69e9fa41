"""All upstream records of one sample pupil."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from transcript_service.shared_database.sample import comments, names
from transcript_service.shared_database.sample.cases import Case
from transcript_service.shared_database.sample.people import Person
from transcript_service.shared_database.sample.results import (
    PeriodResult,
    PupilMarks,
    TermScores,
    compute_results,
)
from transcript_service.shared_database.sample.school import SCHOOL_CODE, SampleClass, teacher_of
from transcript_service.shared_database.sample.subjects import SUBJECTS
from transcript_service.shared_database.upstream_store import UpstreamRecord

_PERIODS = ("1", "2", "0")
_CONFIRMED = "2026-05-2{day}T{hour:02}:{minute:02}:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePupil:
    """One pupil before being written as records."""

    number: int
    """Place in the class list, from 1."""
    person: Person
    marks: PupilMarks
    school_class: SampleClass

    @property
    def student_code(self) -> str:
        """Return the code of the pupil, opaque to readers."""
        return f"000HS{self.school_class.grade}{self.number:04}"

    def record(self, table: str, suffix: str, fields: dict[str, Any]) -> UpstreamRecord:
        """Return a record about this pupil in the class."""
        return UpstreamRecord(
            table=table,
            record_id=f"{table}-{self.number:03}{suffix}",
            fields=self.school_class.keys(self.student_code) | fields,
        )


def pupil_records(random: Random, pupil: SamplePupil) -> Iterator[UpstreamRecord]:
    """Yield all records of *pupil*, in the order in which a school enters them."""
    yield from _identity(pupil)
    yield from _marks(pupil)
    yield from _comments(random, pupil)
    yield from _conduct_and_summary(random, pupil)
    for subject, score in pupil.marks.reassessed_scores.items():
        fields = {"mamonhoc": subject, "diem": as_number(score), "dat": None}
        yield pupil.record("danhgialai", f"-{subject}", fields)
    for subject, passed in pupil.marks.reassessed_passes.items():
        fields = {"mamonhoc": subject, "diem": None, "dat": int(passed)}
        yield pupil.record("danhgialai", f"-{subject}", fields)
    year = compute_results(pupil.marks)[2]
    title = _award(year)
    if title is not None:
        yield pupil.record("khenthuong", "-1", {"noidung": title})
    for period, fields in result_fields(pupil.marks).items():
        yield pupil.record("ketquahoctap", f"-{period}", fields)


def result_fields(marks: PupilMarks) -> dict[str, dict[str, Any]]:
    """Return the own fields of the records of `ketquahoctap`, by `hocky`."""
    return {
        period: _result_fields(period, result)
        for period, result in zip(_PERIODS, compute_results(marks), strict=True)
    }


def as_number(tenths: int) -> int | float:
    """Return a score as upstream writes it in JSON: `8` or `8.3`."""
    return tenths // 10 if tenths % 10 == 0 else tenths / 10


def _result_fields(period: str, result: PeriodResult) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"mamonhoc": subject, "diem": as_number(score)} for subject, score in result.scores.items()
    ]
    rows += [
        {"mamonhoc": subject, "mucdat": int(passed)} for subject, passed in result.passes.items()
    ]
    return {
        "hocky": period,
        "mahocluc": str(result.academic),
        "mahanhkiem": str(result.conduct),
        "colenlop": None if result.promoted is None else int(result.promoted),
        "diemmon": rows,
    }


def _award(year: PeriodResult) -> str | None:
    if (year.academic, year.conduct) != (1, 1):
        return None
    excellent = sum(score >= 90 for score in year.scores.values()) >= 6
    return "Học sinh Xuất sắc" if excellent else "Học sinh Giỏi"


def _identity(pupil: SamplePupil) -> Iterator[UpstreamRecord]:
    code, number = pupil.student_code, pupil.number
    own = {"matruong": SCHOOL_CODE, "mahocsinh": code}
    register = {"sodangbo": f"{number:03}/{pupil.school_class.grade}"}
    yield UpstreamRecord(
        table="hocsinh",
        record_id=f"hocsinh-{number:03}",
        fields=own | register | dict(pupil.person.fields),
    )
    yield pupil.record("hocsinhlop", "", {"thutu": number})
    grade = pupil.school_class.grade
    for earlier in range(6, grade + 1):
        moved = pupil.person.case is Case.TRANSFERRED and earlier < grade
        here = (names.SCHOOL_NAME, names.COMMUNE, names.PROVINCE)
        school, commune, province = names.OTHER_SCHOOL if moved else here
        first_year = 2025 - (grade - earlier)
        history = own | {
            "namhoc": f"{first_year}-{first_year + 1}",
            "tenlop": f"{earlier}{'B' if moved else 'A1'}",
            "tentruong": school,
            "tenxa": commune,
            "tentinh": province,
        }
        yield UpstreamRecord(
            table="quatrinhhoctap", record_id=f"quatrinh-{number:03}-{earlier}", fields=history
        )


def _marks(pupil: SamplePupil) -> Iterator[UpstreamRecord]:
    for subject, scores in pupil.marks.scores.items():
        for term, marks in enumerate(scores, start=1):
            for kind, ordinal, tenths in _of_term(marks):
                assessed = {"diem": as_number(tenths), "dat": None}
                yield _mark(pupil, subject, (term, kind, ordinal), assessed)
    for subject, passes in pupil.marks.passes.items():
        for term, passed in enumerate(passes, start=1):
            kinds = (("TX", 1), ("TX", 2), ("GK", 1), ("CK", 1))
            for (kind, ordinal), yes in zip(kinds, passed, strict=True):
                assessed = {"diem": None, "dat": int(yes)}
                yield _mark(pupil, subject, (term, kind, ordinal), assessed)


def _of_term(marks: TermScores) -> Iterator[tuple[str, int, int]]:
    for ordinal, tenths in enumerate(marks.regular, start=1):
        yield "TX", ordinal, tenths
    yield "GK", 1, marks.midterm
    yield "CK", 1, marks.final


def _mark(
    pupil: SamplePupil, subject: str, place: tuple[int, str, int], assessed: dict[str, Any]
) -> UpstreamRecord:
    term, kind, ordinal = place
    fields = {"mamonhoc": subject, "hocky": str(term), "loaidiem": kind, "lanthu": ordinal}
    return pupil.record("diem", f"-{subject}-{term}-{kind}-{ordinal}", fields | assessed)


def _comments(random: Random, pupil: SamplePupil) -> Iterator[UpstreamRecord]:
    year = compute_results(pupil.marks)[2]
    for place, subject in enumerate(SUBJECTS):
        status = "0"
        if subject.scored:
            score = year.scores[subject.code]
            comment = comments.subject_comment(random, subject.code, score)
        elif subject.code in year.passes:
            passed = year.passes[subject.code]
            comment = comments.passed_comment(random, subject.code, passed=passed)
        else:
            comment, status = comments.exempt_comment(), "1"
        fields = {
            "mamonhoc": subject.code,
            "nhanxet": comment,
            "hinhthucdanhgia": status,
            "nguoixacnhan": teacher_of(subject.code),
            "thoigianxacnhan": _CONFIRMED.format(day=place % 3, hour=9 + place % 7, minute=5),
        }
        yield pupil.record("nhanxetmon", f"-{subject.code}", fields)


def _conduct_and_summary(random: Random, pupil: SamplePupil) -> Iterator[UpstreamRecord]:
    marks = pupil.marks
    for term, conduct in enumerate(marks.conduct, start=1):
        fields = {"hocky": str(term), "mahanhkiem": str(conduct)}
        yield pupil.record("renluyen", f"-{term}", fields)
    year = compute_results(marks)[2]
    unexcused = marks.absent // 3
    after = marks.conduct_after_summer
    summary = {
        "songaynghi_cophep": marks.absent - unexcused,
        "songaynghi_khongphep": unexcused,
        "nhanxet": comments.homeroom_comment(random, year.academic, year.conduct),
        "mahanhkiem_sauhe": None if after is None else str(after),
        "nguoixacnhan": teacher_of("NGUVAN"),
        "thoigianxacnhan": _CONFIRMED.format(day=5, hour=15, minute=30),
    }
    yield pupil.record("tongketnam", "", summary)
