"""
How the shared database's tables and fields are called, and what they become here.

Names upstream follow the schema that the education sector sends to the National Data Centre,
where it is known (the envelope, `ketquahoctap`, code values); a field not
named here is ignored, so that the upstream schema may grow. Another upstream means another
set of tables like `TABLES`; nothing else changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from transcript_service.shared_database import field_parsers as door
from transcript_service.shared_database.code_lists import (
    ASSESSMENT_STATUSES,
    LEVEL_NAMES,
    MARK_KINDS,
    PERIODS,
    SCHOOL_LEVELS,
    SEXES,
    SUBJECT_CODES,
    TERMS,
)
from transcript_service.shared_database.field_parsers import BadField, Parser
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
    MirrorRecord,
    MirrorResult,
    MirrorSchool,
    MirrorStaff,
    MirrorStudyHistory,
    MirrorYearSummary,
)
from verifier.messages import _

_REQUIRED = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field upstream, and the column it fills."""

    upstream: str
    ours: str
    parse: Parser
    default: object = _REQUIRED

    def read(self, record: Mapping[str, object]) -> object:
        """Return this column's value of *record*; raise `BadField`."""
        if self.upstream in record:
            return self.parse(record[self.upstream])
        if self.default is _REQUIRED:
            raise BadField(_("is missing"))
        return self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDialect:
    """One table upstream, the mirror table it fills, and how."""

    name: str
    model: type[MirrorRecord]
    columns: tuple[Column, ...]
    every_year: bool = False
    """Whether `namhoc` is data of the record, not the year it belongs to."""
    check: Callable[[Mapping[str, object]], tuple[str, str] | None] = field(
        default=lambda _values: None
    )
    """Judges our values together: None, or the field upstream and the problem."""


def _need(upstream: str, ours: str, parse: Parser) -> Column:
    return Column(upstream=upstream, ours=ours, parse=parse)


def _may(upstream: str, ours: str, parse: Parser) -> Column:
    return Column(upstream=upstream, ours=ours, parse=door.optional(parse), default=None)


def _subject_results(value: object) -> list[list[str]]:
    """Read the child rows `diemmon`: a score, or `mucdat` for subjects judged by comment."""
    if not isinstance(value, list):
        raise BadField(_("must be a list"))
    rows: list[list[str]] = []
    for child in value:
        if not isinstance(child, dict):
            raise BadField(_("must be a list of objects"))
        subject = _SUBJECT(child.get("mamonhoc"))
        if (child.get("diem") is None) == (child.get("mucdat") is None):
            raise BadField(_("must hold a score or a level for each subject, not both"))
        if child.get("diem") is not None:
            result = str(door.score(child["diem"]))
        else:
            result = "Đ" if door.flag(child["mucdat"]) else "CĐ"
        rows.append([str(subject), result])
    return rows


def _one_assessment(values: Mapping[str, object]) -> tuple[str, str] | None:
    if (values["score"] is None) == (values["passed"] is None):
        return "diem", _("there must be a score or a level (dat), not both and not neither")
    return None


_SUBJECT = door.one_of(SUBJECT_CODES)
_LEVEL = door.one_of(LEVEL_NAMES)
_SCHOOL = _need("matruong", "school_code", door.code)
_YEAR = _need("namhoc", "school_year", door.school_year)
_CLASS = _need("malop", "class_code", door.code)
_PUPIL = _need("mahocsinh", "student_code", door.code)
_OF_A_PUPIL = (_SCHOOL, _YEAR, _CLASS, _PUPIL)
_OF_A_SUBJECT = (*_OF_A_PUPIL, _need("mamonhoc", "subject_code", _SUBJECT))
_ASSESSED = (_may("diem", "score", door.score), _may("dat", "passed", door.flag))
_CONFIRMED = (
    _may("nguoixacnhan", "confirmed_by", door.text),
    _may("thoigianxacnhan", "confirmed_at", door.local_time),
)

TABLES = (
    TableDialect(
        name="truong",
        model=MirrorSchool,
        columns=(
            _SCHOOL,
            _need("tentruong", "name", door.text),
            _need("tenxa", "commune", door.text),
            _may("tenhuyen", "district", door.text),
            _need("tentinh", "province", door.text),
            _need("hieutruong_hovaten", "principal_name", door.text),
            Column(
                upstream="hieutruong_chucdanh",
                ours="principal_title",
                parse=door.text,
                default="HIỆU TRƯỞNG",
            ),
            Column(upstream="dulieumau", ours="sample", parse=door.flag, default=False),
        ),
    ),
    TableDialect(
        name="nhansu",
        model=MirrorStaff,
        columns=(
            _SCHOOL,
            _need("magiaovien", "staff_code", door.code),
            _need("hovaten", "full_name", door.text),
        ),
    ),
    TableDialect(
        name="lophoc",
        model=MirrorClass,
        columns=(
            _SCHOOL,
            _YEAR,
            _CLASS,
            _need("tenlop", "name", door.text),
            _need("makhoi", "grade", door.integer(1, 12)),
            _need("manhomcaphoc", "level", door.one_of(SCHOOL_LEVELS)),
            _need("magiaoviencn", "homeroom_teacher_code", door.code),
            _need("khoahocky1", "term_1_locked", door.flag),
            _need("khoahocky2", "term_2_locked", door.flag),
        ),
    ),
    TableDialect(
        name="monhoclop",
        model=MirrorClassSubject,
        columns=(
            _SCHOOL,
            _YEAR,
            _CLASS,
            _need("mamonhoc", "subject_code", _SUBJECT),
            _need("sotietnam", "periods_per_year", door.integer(1, 1000)),
            _need("magiaovien", "teacher_code", door.code),
            _may("tenmon", "printed_name", door.text),
        ),
    ),
    TableDialect(
        name="hocsinh",
        model=MirrorPupil,
        columns=(
            _SCHOOL,
            _PUPIL,
            _may("sodinhdanh", "personal_id", door.personal_id),
            _need("hovaten", "full_name", door.text),
            _need("gioitinh", "sex", door.one_of(SEXES)),
            _need("ngaysinh", "birth_date", door.birth_date),
            _need("noisinh", "birth_place", door.text),
            _need("dantoc", "ethnicity", door.text),
            _need("quoctich", "nationality", door.text),
            _may("dienchinhsach", "policy_category", door.text),
            _need("choohiennay", "current_address", door.text),
            _may("sodangbo", "register_number", door.text),
            _may("cha_hovaten", "father_name", door.text),
            _may("cha_nghenghiep", "father_occupation", door.text),
            _may("me_hovaten", "mother_name", door.text),
            _may("me_nghenghiep", "mother_occupation", door.text),
            _may("giamho_hovaten", "guardian_name", door.text),
            _may("giamho_nghenghiep", "guardian_occupation", door.text),
        ),
    ),
    TableDialect(
        name="quatrinhhoctap",
        model=MirrorStudyHistory,
        every_year=True,
        columns=(
            _SCHOOL,
            _PUPIL,
            _YEAR,
            _need("tenlop", "class_name", door.text),
            _need("tentruong", "school_name", door.text),
            _need("tenxa", "commune", door.text),
            _need("tentinh", "province", door.text),
        ),
    ),
    TableDialect(
        name="hocsinhlop",
        model=MirrorEnrolment,
        columns=(*_OF_A_PUPIL, _need("thutu", "position", door.integer(1))),
    ),
    TableDialect(
        name="diem",
        model=MirrorMark,
        columns=(
            *_OF_A_SUBJECT,
            _need("hocky", "term", door.one_of(TERMS)),
            _need("loaidiem", "kind", door.one_of(MARK_KINDS)),
            _need("lanthu", "ordinal", door.integer(1, 99)),
            *_ASSESSED,
        ),
        check=_one_assessment,
    ),
    TableDialect(
        name="nhanxetmon",
        model=MirrorComment,
        columns=(
            *_OF_A_SUBJECT,
            _need("nhanxet", "comment", door.text),
            _need("hinhthucdanhgia", "assessment_status", door.one_of(ASSESSMENT_STATUSES)),
            *_CONFIRMED,
        ),
    ),
    TableDialect(
        name="renluyen",
        model=MirrorConduct,
        columns=(
            *_OF_A_PUPIL,
            _need("hocky", "term", door.one_of(TERMS)),
            _need("mahanhkiem", "level", _LEVEL),
        ),
    ),
    TableDialect(
        name="tongketnam",
        model=MirrorYearSummary,
        columns=(
            *_OF_A_PUPIL,
            _need("songaynghi_cophep", "absent_excused", door.integer(0, 400)),
            _need("songaynghi_khongphep", "absent_unexcused", door.integer(0, 400)),
            _need("nhanxet", "homeroom_comment", door.text),
            _may("nhanxet_hieutruong", "principal_comment", door.text),
            _may("mahanhkiem_sauhe", "conduct_after_summer", _LEVEL),
            *_CONFIRMED,
        ),
    ),
    TableDialect(
        name="danhgialai",
        model=MirrorReassessment,
        columns=(*_OF_A_SUBJECT, *_ASSESSED),
        check=_one_assessment,
    ),
    TableDialect(
        name="khenthuong",
        model=MirrorAward,
        columns=(*_OF_A_PUPIL, _need("noidung", "title", door.text)),
    ),
    TableDialect(
        name="ketquahoctap",
        model=MirrorResult,
        columns=(
            *_OF_A_PUPIL,
            _need("hocky", "period", door.one_of(PERIODS)),
            _may("mahocluc", "academic_result", _LEVEL),
            _may("mahanhkiem", "conduct_result", _LEVEL),
            _may("colenlop", "promoted", door.flag),
            _need("diemmon", "subject_results", _subject_results),
        ),
    ),
)
TABLE_NAMES = tuple(table.name for table in TABLES)
