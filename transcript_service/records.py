"""
Queries over the mirror: one class of one school year, as values.

Missing records leave empty places for `assemble` to name; only a class or school that is not
there at all is an error. Records cancelled upstream are left out. What the sync door refused,
and records that contradict each other, come along as `RecordProblem`.
"""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, select

from transcript_service.class_year import (
    ClassSubject,
    ClassYear,
    Pupil,
    PupilYear,
    RecordProblem,
    SchoolClass,
    Term,
)
from transcript_service.errors import UsageError
from transcript_service.shared_database import mirror_values
from transcript_service.shared_database.mirror import (
    MirrorAward,
    MirrorClass,
    MirrorClassSubject,
    MirrorComment,
    MirrorConduct,
    MirrorEnrolment,
    MirrorMark,
    MirrorPupil,
    MirrorReassessment,
    MirrorResult,
    MirrorSchool,
    MirrorStaff,
    MirrorStudyHistory,
    MirrorYearSummary,
)
from transcript_service.shared_database.mirror_annex import (
    MirrorChosenSubject,
    MirrorStudyTopic,
    MirrorTransfer,
)
from transcript_service.shared_database.mirror_queries import (
    by_pupil,
    live,
    of_class,
    of_pupils,
    refused_records,
)
from transcript_service.shared_database.record_problems import (
    concerns,
    find_doubles,
    refusal_problem,
)
from transcript_service.subjects import GRADES
from verifier.messages import _


class UnknownClass(UsageError):
    """The mirror does not hold this class, or not exactly one of it."""


class OtherLevel(UsageError):
    """The class is of a level of which this release issues no transcripts."""


def load_class_year(session: Session, class_code: str, school_year: str) -> ClassYear:
    """
    Load a class with all its pupils, in the order of the class list.

    Raises:
        UnknownClass: the class or its school has not been synchronised, or the code is not
            unique in the mirror.
        OtherLevel: no transcripts are issued of the class's level.
    """
    school_class = _only_class(session, class_code, school_year)
    if school_class.level not in GRADES:
        raise OtherLevel(
            _(
                "class {class_code}: no transcripts of level {level} are issued, only of {levels}"
            ).format(class_code=class_code, level=school_class.level, levels=", ".join(GRADES))
        )
    school = _only_school(session, school_class.school_code)
    staff = live(
        session.exec(select(MirrorStaff).where(MirrorStaff.school_code == school.school_code))
    )
    subjects = of_class(session, MirrorClassSubject, school_class)
    codes = {school_class.homeroom_teacher_code, *(row.teacher_code for row in subjects)}
    names = {row.staff_code: row.full_name for row in staff if row.staff_code in codes}
    teachers = {row.record_id for row in staff if row.staff_code in codes}
    return ClassYear(
        school=mirror_values.school_value(school),
        school_class=_class_value(
            school_class, subjects, names, _terms_locked(school_class, school)
        ),
        pupils=tuple(_load_pupils(session, school_class, teachers)),
        sample=school.sample,
    )


def _only_class(session: Session, class_code: str, school_year: str) -> MirrorClass:
    rows = live(
        session.exec(
            select(MirrorClass).where(
                (MirrorClass.class_code == class_code) | (MirrorClass.name == class_code),
                MirrorClass.school_year == school_year,
            )
        )
    )
    if len(rows) != 1:
        raise UnknownClass(
            _(
                "class {class_code} of {school_year}: found {count} times in the service's"
                " database; synchronise with the shared database and look at its report"
            ).format(class_code=class_code, school_year=school_year, count=len(rows))
        )
    return rows[0]


def _only_school(session: Session, school_code: str) -> MirrorSchool:
    rows = live(session.exec(select(MirrorSchool).where(MirrorSchool.school_code == school_code)))
    if len(rows) != 1:
        raise UnknownClass(
            _(
                "school {school_code}: found {count} times in the service's database;"
                " synchronise with the shared database and look at its report"
            ).format(school_code=school_code, count=len(rows))
        )
    return rows[0]


def _terms_locked(school_class: MirrorClass, school: MirrorSchool) -> tuple[Term, ...]:
    """Return the terms that are locked for the class, or for the whole school in that year."""
    of_this_year = school.locks_year == school_class.school_year
    locks: tuple[tuple[Term, bool, bool | None], ...] = (
        (1, school_class.term_1_locked, school.term_1_locked),
        (2, school_class.term_2_locked, school.term_2_locked),
    )
    return tuple(
        term
        for term, for_class, for_school in locks
        if for_class or (of_this_year and for_school is True)
    )


def _class_value(
    row: MirrorClass,
    subjects: Sequence[MirrorClassSubject],
    names: dict[str, str],
    terms_locked: tuple[Term, ...],
) -> SchoolClass:
    return SchoolClass(
        class_code=row.class_code,
        name=row.name,
        grade=row.grade,
        school_year=row.school_year,
        level=row.level,
        homeroom_teacher_name=names.get(row.homeroom_teacher_code, ""),
        subjects=tuple(
            ClassSubject(
                subject_code=subject.subject_code,
                periods_per_year=subject.periods_per_year,
                teacher_name=names.get(subject.teacher_code, ""),
                printed_name=subject.printed_name,
                record_id=subject.record_id,
            )
            for subject in subjects
        ),
        terms_locked=terms_locked,
        record_id=row.record_id,
    )


def _load_pupils(
    session: Session, school_class: MirrorClass, teachers: set[str]
) -> Iterator[PupilYear]:
    enrolments = sorted(
        of_class(session, MirrorEnrolment, school_class),
        key=lambda row: (row.position, row.record_id),
    )
    refused = refused_records(session, school_class)
    places = {row.student_code: row.record_id for row in enrolments}
    for row in refused:
        if row.upstream_table == "hocsinhlop" and row.student_code is not None:
            places.setdefault(row.student_code, row.record_id)
    load = _PupilLoader(session, school_class, tuple(places))
    for student_code, enrolment_id in places.items():
        problems = tuple(
            refusal_problem(row) for row in refused if concerns(row, student_code, teachers)
        )
        yield load.pupil_year(student_code, enrolment_id, problems)


class _PupilLoader:
    """The rows of all pupils of a class, read with one query for each table."""

    def __init__(
        self, session: Session, school_class: MirrorClass, student_codes: tuple[str, ...]
    ) -> None:
        self._school_year = school_class.school_year
        self._pupils = of_pupils(session, MirrorPupil, school_class, student_codes)
        self._history = of_pupils(session, MirrorStudyHistory, school_class, student_codes)
        self._transfers = of_pupils(session, MirrorTransfer, school_class, student_codes)
        self._marks = by_pupil(session, MirrorMark, school_class)
        self._comments = by_pupil(session, MirrorComment, school_class)
        self._conduct = by_pupil(session, MirrorConduct, school_class)
        self._summaries = by_pupil(session, MirrorYearSummary, school_class)
        self._reassessments = by_pupil(session, MirrorReassessment, school_class)
        self._awards = by_pupil(session, MirrorAward, school_class)
        self._results = by_pupil(session, MirrorResult, school_class)
        self._chosen = by_pupil(session, MirrorChosenSubject, school_class)
        self._topics = by_pupil(session, MirrorStudyTopic, school_class)

    def pupil_year(
        self, student_code: str, enrolment_id: str, problems: tuple[RecordProblem, ...]
    ) -> PupilYear:
        """Put one pupil together."""
        summaries = self._summaries[student_code]
        return PupilYear(
            pupil=self._pupil(student_code, enrolment_id),
            marks=tuple(
                mirror_values.mark_value(row)
                for row in sorted(
                    self._marks[student_code],
                    key=lambda row: (row.subject_code, row.term, row.kind, row.ordinal),
                )
            ),
            comments=tuple(map(mirror_values.comment_value, self._comments[student_code])),
            conduct=tuple(map(mirror_values.conduct_value, self._conduct[student_code])),
            reassessments=tuple(
                map(mirror_values.reassessment_value, self._reassessments[student_code])
            ),
            summary=mirror_values.summary_value(summaries[0]) if summaries else None,
            awards=tuple(map(mirror_values.award_value, self._awards[student_code])),
            upstream_results=tuple(map(mirror_values.result_value, self._results[student_code])),
            chosen_subjects=mirror_values.chosen_subjects(self._chosen[student_code]),
            study_topics=tuple(map(mirror_values.study_topic_value, self._topics[student_code])),
            transfers=tuple(
                mirror_values.transfer_value(row)
                for row in sorted(self._transfers[student_code], key=lambda row: row.moved_on)
                if row.school_year == self._school_year
            ),
            problems=problems + tuple(self._doubles(student_code)),
        )

    def _pupil(self, student_code: str, enrolment_id: str) -> Pupil:
        rows = self._pupils[student_code]
        if not rows:
            return mirror_values.unknown_pupil(student_code, enrolment_id)
        history = sorted(
            (row for row in self._history[student_code] if row.school_year <= self._school_year),
            key=lambda row: row.school_year,
        )
        return mirror_values.pupil_value(
            rows[0], tuple(map(mirror_values.study_history_value, history))
        )

    def _doubles(self, student_code: str) -> Iterator[RecordProblem]:
        """Find records of which there can be one only; `gaps` counts the others."""
        yield from find_doubles("hocsinh", self._pupils[student_code], lambda _row: "")
        yield from find_doubles("tongketnam", self._summaries[student_code], lambda _row: "")
        yield from find_doubles("ketquahoctap", self._results[student_code], lambda row: row.period)
        yield from find_doubles(
            "chuyende", self._topics[student_code], lambda row: f"{row.subject_code} {row.term}"
        )
