"""All upstream records of one sample pupil."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
from transcript_service.shared_database.sample.school import FIRST_YEAR, SampleClass
from transcript_service.shared_database.sample.subjects import (
    NO_CHOICE,
    Combination,
    SampleSubject,
)
from transcript_service.shared_database.upstream_store import UpstreamRecord

_PERIODS = ("1", "2", "0")
_CONFIRMED = "2026-05-2{day}T{hour:02}:{minute:02}:00"
_BY_COMMENT = (("TX", 1), ("TX", 2), ("GK", 1), ("CK", 1))
_COMMENT_TOPIC = ("TX", 2)
"""What the result of a study topic takes the place of, in a subject judged by comment."""
NORMAL, EXEMPT, PARTLY_EXEMPT, INCLUSIVE = "0", "1", "2", "3"
"""`hinhthucdanhgia`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePupil:
    """One pupil before being written as records."""

    number: int
    """Place in the class list, from 1."""
    student_code: str
    key: str
    """In the ids of the pupil's records."""
    person: Person
    marks: PupilMarks
    school_class: SampleClass
    chosen: Combination = NO_CHOICE
    statuses: Mapping[str, str] = field(default_factory=dict)
    """`hinhthucdanhgia` by subject, where it is neither normal nor exempt."""

    @property
    def subjects(self) -> tuple[SampleSubject, ...]:
        """Return what the pupil takes, exempt subjects included."""
        return self.school_class.subjects_of(self.chosen)

    def record(self, table: str, suffix: str, fields: dict[str, Any]) -> UpstreamRecord:
        """Return a record about this pupil in the class."""
        return UpstreamRecord(
            table=table,
            record_id=f"{table}-{self.key}{suffix}",
            fields=self.school_class.keys(self.student_code) | fields,
        )


def pupil_records(random: Random, pupil: SamplePupil) -> Iterator[UpstreamRecord]:
    """Yield all records of *pupil*, in the order in which a school enters them."""
    results = compute_results(pupil.marks)
    yield from _identity(pupil)
    yield from _choice(pupil)
    yield from _marks(pupil)
    yield from _comments(random, pupil, results[2])
    yield from _conduct_and_summary(random, pupil, results[2])
    for subject, score in pupil.marks.reassessed_scores.items():
        fields = {"mamonhoc": subject, "diem": as_number(score), "dat": None}
        yield pupil.record("danhgialai", f"-{subject}", fields)
    for subject, passed in pupil.marks.reassessed_passes.items():
        fields = {"mamonhoc": subject, "diem": None, "dat": int(passed)}
        yield pupil.record("danhgialai", f"-{subject}", fields)
    title = _award(results[2])
    if title is not None:
        yield pupil.record("khenthuong", "-1", {"noidung": title})
    for period, result in zip(_PERIODS, results, strict=True):
        yield pupil.record("ketquahoctap", f"-{period}", _result_fields(period, result))


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
    school_class = pupil.school_class
    own = {"matruong": school_class.school.code, "mahocsinh": pupil.student_code}
    register = {"sodangbo": f"{pupil.number:03}/{school_class.grade}"}
    yield UpstreamRecord(
        table="hocsinh",
        record_id=f"hocsinh-{pupil.key}",
        fields=own | register | dict(pupil.person.fields),
    )
    yield pupil.record("hocsinhlop", "", {"thutu": pupil.number})
    moved = pupil.person.case is Case.TRANSFERRED
    letters = school_class.name.removeprefix(str(school_class.grade))
    for earlier in range(10 if school_class.grade > 9 else 6, school_class.grade + 1):
        elsewhere = moved and earlier < school_class.grade
        here = (school_class.school.name, school_class.school.commune, names.PROVINCE)
        school, commune, province = names.OTHER_SCHOOL if elsewhere else here
        first_year = FIRST_YEAR - (school_class.grade - earlier)
        history = own | {
            "namhoc": f"{first_year}-{first_year + 1}",
            "tenlop": f"{earlier}{'B' if elsewhere else letters}",
            "tentruong": school,
            "tenxa": commune,
            "tentinh": province,
        }
        yield UpstreamRecord(
            table="quatrinhhoctap", record_id=f"quatrinh-{pupil.key}-{earlier}", fields=history
        )
    if moved:
        yield transfer_record(pupil, "DEN", f"{FIRST_YEAR}-09-15")


def transfer_record(pupil: SamplePupil, direction: str, day: str) -> UpstreamRecord:
    """Return the record of a pupil who came (`DEN`) from, or left (`DI`) for, another school."""
    school = pupil.school_class.school
    here, there = (school.name, school.code), (names.OTHER_SCHOOL[0], None)
    source, target = (there, here) if direction == "DEN" else (here, there)
    keys = pupil.school_class.keys(pupil.student_code)
    fields = {name: keys[name] for name in ("matruong", "namhoc", "mahocsinh")} | {
        "loaichuyen": direction,
        "ngaychuyen": day,
        "truongdi_ten": source[0],
        "truongden_ten": target[0],
        "truongdi_ma": source[1],
        "truongden_ma": target[1],
    }
    return UpstreamRecord(
        table="chuyentruong", record_id=f"chuyentruong-{pupil.key}-{direction}", fields=fields
    )


def _choice(pupil: SamplePupil) -> Iterator[UpstreamRecord]:
    """Yield what the pupil chose, where pupils of the class did not choose alike."""
    if not pupil.school_class.chose_alike:
        for subject in pupil.chosen.electives:
            yield pupil.record("monchon", f"-{subject}", {"mamonhoc": subject})


def _marks(pupil: SamplePupil) -> Iterator[UpstreamRecord]:
    for subject, scores in pupil.marks.scores.items():
        has_topic = subject in pupil.chosen.topics
        for term, marks in enumerate(scores, start=1):
            for kind, ordinal, tenths in _of_term(marks):
                assessed = {"diem": as_number(tenths), "dat": None}
                if has_topic and (kind, ordinal) == ("TX", len(marks.regular)):
                    yield _topic(pupil, subject, term, assessed)
                else:
                    yield _mark(pupil, subject, (term, kind, ordinal), assessed)
    for subject, passes in pupil.marks.passes.items():
        has_topic = subject in pupil.chosen.topics
        for term, passed in enumerate(passes, start=1):
            for (kind, ordinal), yes in zip(_BY_COMMENT, passed, strict=True):
                assessed = {"diem": None, "dat": int(yes)}
                if has_topic and (kind, ordinal) == _COMMENT_TOPIC:
                    yield _topic(pupil, subject, term, assessed)
                else:
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


def _topic(pupil: SamplePupil, subject: str, term: int, assessed: dict[str, Any]) -> UpstreamRecord:
    """Return the result of a study topic, which stands for the last regular mark of its term."""
    fields = {"mamonhoc": subject, "hocky": str(term)}
    return pupil.record("chuyende", f"-{subject}-{term}", fields | assessed)


def _comments(random: Random, pupil: SamplePupil, year: PeriodResult) -> Iterator[UpstreamRecord]:
    for place, subject in enumerate(pupil.subjects):
        status = pupil.statuses.get(subject.code, NORMAL)
        if subject.code in year.scores:
            score = year.scores[subject.code]
            comment = comments.subject_comment(random, subject.code, score)
        elif subject.code in year.passes:
            passed = year.passes[subject.code]
            comment = comments.passed_comment(random, subject.code, passed=passed)
        else:
            comment, status = comments.exempt_comment(), EXEMPT
        if pupil.person.case is Case.LONGEST:
            comment = comments.LONGEST
        fields = {
            "mamonhoc": subject.code,
            "nhanxet": comment,
            "hinhthucdanhgia": status,
            "nguoixacnhan": pupil.school_class.teachers[subject.code].full_name,
            "thoigianxacnhan": _CONFIRMED.format(day=place % 3, hour=9 + place % 7, minute=5),
        }
        yield pupil.record("nhanxetmon", f"-{subject.code}", fields)


def _conduct_and_summary(
    random: Random, pupil: SamplePupil, year: PeriodResult
) -> Iterator[UpstreamRecord]:
    marks = pupil.marks
    for term, conduct in enumerate(marks.conduct, start=1):
        fields = {"hocky": str(term), "mahanhkiem": str(conduct)}
        yield pupil.record("renluyen", f"-{term}", fields)
    unexcused = marks.absent // 3
    after = marks.conduct_after_summer
    comment = comments.homeroom_comment(random, year.academic, year.conduct)
    summary = {
        "songaynghi_cophep": marks.absent - unexcused,
        "songaynghi_khongphep": unexcused,
        "nhanxet": comments.LONGEST_OF_YEAR if pupil.person.case is Case.LONGEST else comment,
        "mahanhkiem_sauhe": None if after is None else str(after),
        "nguoixacnhan": pupil.school_class.homeroom.full_name,
        "thoigianxacnhan": _CONFIRMED.format(day=5, hour=15, minute=30),
    }
    yield pupil.record("tongketnam", "", summary)
