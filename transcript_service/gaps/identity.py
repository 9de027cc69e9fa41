"""
What is missing of the class, the school and the pupil's identity page; doubts about personal ids.

Pure. A personal id that does not fit birth date or sex is a warning only: both may have been
corrected after the number was given.
"""

import re
from collections.abc import Iterator
from functools import partial

from transcript_service.class_year import ClassYear, Pupil, PupilYear
from transcript_service.gaps.marks import TERMS
from transcript_service.rules.circular_22_2021 import RulePolicy, applies_to
from transcript_service.subjects import GRADES, subjects_of
from transcript_service.transcript import Gap, GapCode, Place
from verifier.messages import _

SAMPLE_PREFIX = "000"
"""No province has it, so that a sample number belongs to nobody."""
_NO_PROVINCE = frozenset(
    {3, 5, 7, 9, 13, 16, 18, 21, 23, 28, 29, 32, 39, 41, 43, 47, 50, 53, 55, 57, 59, 61, 63, 65}
    | {69, 71, 73, 76, 78, 81, 85, 88, 90}
)
PROVINCE_CODES = frozenset(range(1, 97)) - _NO_PROVINCE
"""As before the mergers of 2025: numbers that were given stay as they are."""
LEAST_COUNTRY_CODE = 101
"""Births registered abroad; the list of countries was not at hand (docs/known-limits.md)."""
_REQUIRED_OF_PUPIL = (
    "full_name",
    "birth_date",
    "birth_place",
    "ethnicity",
    "nationality",
    "current_address",
)
_REQUIRED_OF_SCHOOL = ("school_code", "name", "commune", "province", "principal_name")
_PERSONAL_ID = re.compile("[0-9]{12}")
_BIRTH_DATE = re.compile("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def find_class_gaps(
    class_year: ClassYear, pupil_year: PupilYear, policy: RulePolicy
) -> Iterator[Gap]:
    """Find what is missing of the class and its school, told for each pupil that it stops."""
    school_class = class_year.school_class
    gap = partial(
        Gap,
        student_code=pupil_year.pupil.student_code,
        place=Place.CLASS,
        record_id=school_class.record_id,
    )
    if not _is_supported(class_year, policy):
        yield gap(
            code=GapCode.CLASS_NOT_SUPPORTED,
            field="level",
            message=_("level {level}, grade {grade}, {school_year}: no rules for these").format(
                level=school_class.level,
                grade=school_class.grade,
                school_year=school_class.school_year,
            ),
            remedy=_("This release issues THCS and THPT years under Circular 22/2021 only."),
        )
    for term in TERMS:
        if term not in school_class.terms_locked:
            yield gap(
                code=GapCode.TERM_NOT_LOCKED,
                field=f"term_{term}",
                message=_("term {term} is not locked").format(term=term),
                remedy=_("Lock the term in the shared database, then sync again."),
            )
    if not school_class.homeroom_teacher_name.strip():
        yield gap(
            code=GapCode.CLASS_INCOMPLETE,
            field="homeroom_teacher_name",
            message=_("the homeroom teacher is missing"),
            remedy=_("Name the homeroom teacher in the shared database."),
        )
    yield from _school_gaps(class_year, pupil_year)
    yield from _class_subject_gaps(class_year, pupil_year)


def find_identity_gaps(pupil_year: PupilYear) -> Iterator[Gap]:
    """Find what the identity page needs and the records do not hold."""
    pupil = pupil_year.pupil
    if not is_known(pupil):
        yield Gap(
            code=GapCode.IDENTITY_INCOMPLETE,
            student_code=pupil.student_code,
            place=Place.PUPIL,
            record_id=None,
            field="student_code",
            message=_("the class list has the pupil, and there is no usable identity record"),
            remedy=_("Complete the pupil's record in the shared database, then sync again."),
        )
        return
    missing = [name for name in _REQUIRED_OF_PUPIL if not getattr(pupil, name).strip()]
    if pupil.sex not in ("Nam", "Nữ"):
        missing.append("sex")
    if pupil.birth_date.strip() and not _BIRTH_DATE.fullmatch(pupil.birth_date):
        missing.append("birth_date")
    if pupil.personal_id is not None and not _PERSONAL_ID.fullmatch(pupil.personal_id):
        missing.append("personal_id")
    for name in missing:
        yield Gap(
            code=GapCode.IDENTITY_INCOMPLETE,
            student_code=pupil.student_code,
            place=Place.PUPIL,
            record_id=pupil.record_id,
            field=name,
            message=_("{field}: it is missing or cannot be used").format(field=name),
            remedy=_("Complete the pupil's record in the shared database, then sync again."),
        )


def find_identity_warnings(class_year: ClassYear, pupil_year: PupilYear) -> Iterator[Gap]:
    """Find what a person should look at in a personal id; nothing here stops the pupil."""
    pupil = pupil_year.pupil
    gap = partial(
        Gap,
        student_code=pupil.student_code,
        place=Place.PUPIL,
        record_id=pupil.record_id,
        field="personal_id",
        remedy=_("Compare the number with the population database."),
    )
    if not is_known(pupil):
        return
    if pupil.personal_id is None:
        yield gap(
            code=GapCode.PERSONAL_ID_MISSING,
            message=_("the pupil has no personal id"),
        )
    elif _PERSONAL_ID.fullmatch(pupil.personal_id):
        for message in _personal_id_doubts(pupil, pupil.personal_id, sample=class_year.sample):
            yield gap(code=GapCode.PERSONAL_ID_DOUBTFUL, message=message)


def is_known(pupil: Pupil) -> bool:
    """Tell whether more is known of the pupil than a place in the class list."""
    return any(getattr(pupil, name).strip() for name in _REQUIRED_OF_PUPIL)


def _is_supported(class_year: ClassYear, policy: RulePolicy) -> bool:
    school_class = class_year.school_class
    years = school_class.school_year.split("-")
    return (
        school_class.grade in GRADES.get(school_class.level, ())
        and len(years) == 2
        and all(year.isascii() and year.isdigit() for year in years)
        and int(years[1]) == int(years[0]) + 1
        and int(years[0]) >= policy.effective_from.year
        and applies_to(school_class.grade, school_class.school_year)
    )


def _school_gaps(class_year: ClassYear, pupil_year: PupilYear) -> Iterator[Gap]:
    school = class_year.school
    for name in _REQUIRED_OF_SCHOOL:
        if not getattr(school, name).strip():
            yield Gap(
                code=GapCode.CLASS_INCOMPLETE,
                student_code=pupil_year.pupil.student_code,
                place=Place.SCHOOL,
                record_id=school.record_id,
                field=name,
                message=_("{field}: it is missing or cannot be used").format(field=name),
                remedy=_("Complete the school's record in the shared database."),
            )


def _class_subject_gaps(class_year: ClassYear, pupil_year: PupilYear) -> Iterator[Gap]:
    """Ask for every compulsory subject of the level's programme once, with its teacher."""
    programme = subjects_of(class_year.school_class.level)
    if not programme:
        return
    gap = partial(Gap, student_code=pupil_year.pupil.student_code, place=Place.CLASS_SUBJECT)
    taught = [subject.subject_code for subject in class_year.school_class.subjects]
    for code, subject in programme.items():
        if subject.compulsory and code not in taught:
            yield gap(
                code=GapCode.CLASS_INCOMPLETE,
                record_id=None,
                field=code,
                message=_("{subject}: the class is not taught this subject").format(subject=code),
                remedy=_("Add the subject to the class in the shared database."),
            )
    seen: set[str] = set()
    for class_subject in class_year.school_class.subjects:
        code = class_subject.subject_code
        problem = None
        if code not in programme:
            problem = GapCode.UNKNOWN_SUBJECT, _("{subject}: no subject of this level")
        elif code in seen:
            problem = GapCode.DUPLICATE_RECORD, _("{subject}: the class has it more than once")
        elif not class_subject.teacher_name.strip():
            problem = GapCode.CLASS_INCOMPLETE, _("{subject}: the teacher is missing")
        seen.add(code)
        if problem is not None:
            yield gap(
                code=problem[0],
                record_id=class_subject.record_id,
                field=code,
                message=problem[1].format(subject=code),
                remedy=_("Correct the subjects of the class in the shared database."),
            )


def _personal_id_doubts(pupil: Pupil, personal_id: str, *, sample: bool) -> Iterator[str]:
    """Compare a number `PPP C YY NNNNNN` with the record; say what differs, not how."""
    is_sample_number = personal_id.startswith(SAMPLE_PREFIX)
    if is_sample_number and not sample:
        yield _("the personal id has the prefix of sample data")
    elif sample and not is_sample_number:
        yield _("the personal id of sample data lacks their prefix: it may be a real one")
    elif not is_sample_number and not _is_place_of_registration(int(personal_id[:3])):
        yield _("the personal id begins with the code of no province")
    century_and_sex = int(personal_id[3])
    if (century_and_sex % 2 == 0) != (pupil.sex == "Nam"):
        yield _("the personal id does not fit the sex")
    birth_year = 1900 + century_and_sex // 2 * 100 + int(personal_id[4:6])
    if str(birth_year) != pupil.birth_date[:4]:
        yield _("the personal id does not fit the year of birth")


def _is_place_of_registration(code: int) -> bool:
    return code in PROVINCE_CODES or code >= LEAST_COUNTRY_CODE
