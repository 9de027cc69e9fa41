"""
What the tables of the shared database hold, in our words.

Each `Shape` is a group of records: the fields that it must or may have, how each is read, and
the mirror table that it fills. What a shared database calls them is said in its dialect; a
field that is not named here is ignored, so that the upstream schema may grow.
"""

from collections.abc import Mapping

from transcript_service.shared_database import code_lists, mirror, mirror_annex
from transcript_service.shared_database import field_parsers as door
from transcript_service.shared_database.field_parsers import BadField
from transcript_service.shared_database.record_fields import Field, Shape, may, need, value_or
from verifier.messages import _


def _subject_results(value: object) -> list[list[str]]:
    """Read the child rows: a score for each subject, or a level for those judged by comment."""
    if not isinstance(value, list):
        raise BadField(_("must be a list"))
    rows: list[list[str]] = []
    for child in value:
        if not isinstance(child, dict):
            raise BadField(_("must be a list of objects"))
        subject = _SUBJECT_CODE(child["subject_code"])
        if (child["score"] is None) == (child["passed"] is None):
            raise BadField(_("must hold a score or a level for each subject, not both"))
        if child["score"] is not None:
            result = str(door.score(child["score"]))
        else:
            result = "Đ" if door.flag(child["passed"]) else "CĐ"
        rows.append([str(subject), result])
    return rows


def _one_assessment(values: Mapping[str, object]) -> tuple[str, str] | None:
    if (values["score"] is None) == (values["passed"] is None):
        return "score", _("there must be a score or a level, not both and not neither")
    return None


_SUBJECT_CODE = door.one_of(code_lists.SUBJECT_CODES)
_LEVEL = door.one_of(code_lists.LEVEL_NAMES)
_SCHOOL_LEVEL = door.one_of(code_lists.SCHOOL_LEVELS)
_SCHOOL = need("school_code", door.code)
_YEAR = need("school_year", door.school_year)
_CLASS = need("class_code", door.code)
_PUPIL = need("student_code", door.code)
_SUBJECT = need("subject_code", _SUBJECT_CODE)
_TERM = need("term", door.one_of(code_lists.TERMS))
_OF_A_PUPIL = (_SCHOOL, _YEAR, _CLASS, _PUPIL)
_ASSESSED = (may("score", door.score), may("passed", door.flag))
_CONFIRMED = (may("confirmed_by", door.text), may("confirmed_at", door.local_time))

_SCHOOLS = (
    Shape(
        name="truong",
        model=mirror.MirrorSchool,
        fields=(
            _SCHOOL,
            need("name", door.text),
            need("commune", door.text),
            may("district", door.text),
            need("province", door.text),
            need("principal_name", door.text),
            value_or("principal_title", door.text, "HIỆU TRƯỞNG"),
            value_or("sample", door.flag, default=False),
            may("levels", door.list_of(_SCHOOL_LEVEL)),
            may("school_type", door.one_of(code_lists.SCHOOL_TYPES)),
            may("address", door.text),
            may("locks_year", door.school_year),
            may("term_1_locked", door.flag),
            may("term_2_locked", door.flag),
        ),
    ),
    Shape(
        name="diemtruong",
        model=mirror_annex.MirrorSite,
        fields=(
            _SCHOOL,
            need("site_code", door.code),
            need("name", door.text),
            may("address", door.text),
            may("commune", door.text),
            need("is_main", door.flag),
        ),
    ),
    Shape(
        name="nhansu",
        model=mirror.MirrorStaff,
        fields=(
            _SCHOOL,
            need("staff_code", door.code),
            need("full_name", door.text),
            may("personal_id", door.personal_id),
        ),
    ),
    Shape(
        name="lophoc",
        model=mirror.MirrorClass,
        fields=(
            _SCHOOL,
            _YEAR,
            _CLASS,
            need("name", door.text),
            need("grade", door.integer(1, 12)),
            need("level", _SCHOOL_LEVEL),
            need("homeroom_teacher_code", door.code),
            need("term_1_locked", door.flag),
            need("term_2_locked", door.flag),
            may("site_code", door.code),
        ),
    ),
    Shape(
        name="monhoclop",
        model=mirror.MirrorClassSubject,
        fields=(
            _SCHOOL,
            _YEAR,
            _CLASS,
            _SUBJECT,
            need("periods_per_year", door.integer(1, 1000)),
            need("teacher_code", door.code),
            may("printed_name", door.text),
        ),
    ),
    Shape(
        name="phancong",
        model=mirror_annex.MirrorTeaching,
        fields=(
            _SCHOOL,
            _YEAR,
            need("staff_code", door.code),
            _SUBJECT,
            may("class_code", door.code),
            may("term", door.one_of(code_lists.TERMS)),
        ),
    ),
)
_PEOPLE = (
    Shape(
        name="hocsinh",
        model=mirror.MirrorPupil,
        fields=(
            _SCHOOL,
            _PUPIL,
            may("personal_id", door.personal_id),
            need("full_name", door.text),
            need("sex", door.one_of(code_lists.SEXES)),
            need("birth_date", door.birth_date),
            need("birth_place", door.text),
            need("ethnicity", door.text),
            need("nationality", door.text),
            may("policy_category", door.text),
            need("current_address", door.text),
            may("register_number", door.text),
            may("father_name", door.text),
            may("father_occupation", door.text),
            may("mother_name", door.text),
            may("mother_occupation", door.text),
            may("guardian_name", door.text),
            may("guardian_occupation", door.text),
            may("identity_document", door.one_of(code_lists.IDENTITY_DOCUMENTS)),
            may("identity_verified", door.flag),
            may("identity_verified_on", door.day),
            may("identity_source", door.one_of(code_lists.IDENTITY_SOURCES)),
            may("disability", door.one_of(code_lists.DISABILITIES)),
            may("area", door.one_of(code_lists.AREAS)),
            may("status", door.one_of(code_lists.PUPIL_STATUSES)),
        ),
    ),
    Shape(
        name="quatrinhhoctap",
        model=mirror.MirrorStudyHistory,
        every_year=True,
        fields=(
            _SCHOOL,
            _PUPIL,
            _YEAR,
            need("class_name", door.text),
            need("school_name", door.text),
            need("commune", door.text),
            need("province", door.text),
        ),
    ),
    Shape(
        name="chuyentruong",
        model=mirror_annex.MirrorTransfer,
        fields=(
            _SCHOOL,
            _YEAR,
            _PUPIL,
            need("direction", door.one_of(code_lists.TRANSFERS)),
            need("moved_on", door.day),
            need("from_school", door.text),
            need("to_school", door.text),
            may("from_school_code", door.code),
            may("to_school_code", door.code),
        ),
    ),
    Shape(
        name="hocsinhlop",
        model=mirror.MirrorEnrolment,
        fields=(*_OF_A_PUPIL, need("position", door.integer(1))),
    ),
    Shape(
        name="monchon",
        model=mirror_annex.MirrorChosenSubject,
        fields=(*_OF_A_PUPIL, _SUBJECT),
    ),
)
_YEAR_OF_A_PUPIL = (
    Shape(
        name="diem",
        model=mirror.MirrorMark,
        fields=(
            *_OF_A_PUPIL,
            _SUBJECT,
            _TERM,
            need("kind", door.one_of(code_lists.MARK_KINDS)),
            need("ordinal", door.integer(1, 99)),
            *_ASSESSED,
        ),
        check=_one_assessment,
    ),
    Shape(
        name="chuyende",
        model=mirror_annex.MirrorStudyTopic,
        fields=(*_OF_A_PUPIL, _SUBJECT, _TERM, *_ASSESSED),
        check=_one_assessment,
    ),
    Shape(
        name="nhanxetmon",
        model=mirror.MirrorComment,
        fields=(
            *_OF_A_PUPIL,
            _SUBJECT,
            need("comment", door.text),
            need("assessment_status", door.one_of(code_lists.ASSESSMENT_STATUSES)),
            *_CONFIRMED,
        ),
    ),
    Shape(
        name="renluyen",
        model=mirror.MirrorConduct,
        fields=(*_OF_A_PUPIL, _TERM, need("level", _LEVEL)),
    ),
    Shape(
        name="tongketnam",
        model=mirror.MirrorYearSummary,
        fields=(
            *_OF_A_PUPIL,
            need("absent_excused", door.integer(0, 400)),
            need("absent_unexcused", door.integer(0, 400)),
            need("homeroom_comment", door.text),
            may("principal_comment", door.text),
            may("conduct_after_summer", _LEVEL),
            *_CONFIRMED,
        ),
    ),
    Shape(
        name="danhgialai",
        model=mirror.MirrorReassessment,
        fields=(*_OF_A_PUPIL, _SUBJECT, *_ASSESSED),
        check=_one_assessment,
    ),
    Shape(
        name="khenthuong",
        model=mirror.MirrorAward,
        fields=(*_OF_A_PUPIL, need("title", door.text)),
    ),
    Shape(
        name="ketquahoctap",
        model=mirror.MirrorResult,
        fields=(
            *_OF_A_PUPIL,
            need("period", door.one_of(code_lists.PERIODS)),
            may("academic_result", _LEVEL),
            may("conduct_result", _LEVEL),
            may("promoted", door.flag),
            Field(
                ours="subject_results",
                parse=_subject_results,
                children=("subject_code", "score", "passed"),
            ),
        ),
    ),
)
SHAPES = (*_SCHOOLS, *_PEOPLE, *_YEAR_OF_A_PUPIL)
"""In the order in which they are read."""
TABLES_OF_EVERY_YEAR = frozenset(shape.name for shape in SHAPES if not shape.of_a_year)
"""Their records are handed out with each school year."""
