"""The class of the worked example (domain 12.1), as small factories."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from transcript_service.assemble import assemble
from transcript_service.class_year import (
    ClassSubject,
    ClassYear,
    Conduct,
    Mark,
    Pupil,
    PupilYear,
    Relative,
    School,
    SchoolClass,
    StudyHistoryEntry,
    SubjectComment,
    Term,
    YearSummary,
)
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.transcript import DocumentIdentity
from verifier.canonical import canonical_json
from verifier.transcript import parse_transcript

SCHOOL_NAME = "Trường THCS Hoa Phượng (dữ liệu mẫu)"
COMMUNE, PROVINCE = "Phường Hoa Phượng", "Tỉnh Hoa Phượng"
HOMEROOM_TEACHER = "Nguyễn Thị Thu Thủy"
HOMEROOM_COMMENT = (
    "Ngoan, chăm học, hòa đồng với bạn bè; cần dành thêm thời gian cho môn Ngoại ngữ."
)
SCORED = {
    "mathematics": (140, "8 9 8.5 9 / 8.5 / 8.8", "9 9 8.5 9.5 / 9 / 9"),
    "literature": (140, "7.5 8 8 8.5 / 8 / 8", "8 8 8.5 8 / 8 / 8.3"),
    "foreign_language_1": (105, "5 4.5 6 5 / 4.5 / 5.3", "5 4 5 4.5 / 4.8 / 4.8"),
    "civic_education": (35, "9 9 / 8.5 / 9", "9 10 / 9 / 9"),
    "history_geography": (105, "8 8 7.5 9 / 8 / 8.5", "8.5 8 8 9 / 8.5 / 8"),
    "natural_science": (140, "8 8.5 8 9 / 8 / 8.3", "9 8 9 8.5 / 8.5 / 8.8"),
    "technology": (52, "8 8 8 / 9 / 8", "8 8 9 / 8 / 8.5"),
    "informatics": (35, "6.5 7 / 7 / 7.3", "7 7.5 / 7 / 7.5"),
}
"""Periods a year, then `regular marks / mid-term / final` of each term."""
COMMENTED = {
    "physical_education": 70,
    "arts": 70,
    "experiential_career": 105,
    "local_education": 35,
}
PRINTED_NAMES = {"foreign_language_1": "Ngoại ngữ 1 (Tiếng Anh)"}
TEACHERS_AND_COMMENTS = {
    "mathematics": (
        "Trần Văn Đức",
        "Lập luận chặt chẽ, vận dụng tốt kiến thức vào bài toán thực tế.",
    ),
    "history_geography": (
        "Phạm Thị Hồng Nhung",
        "Nắm vững kiến thức, biết liên hệ thực tế địa phương.",
    ),
    "natural_science": ("Lê Hữu Phước", "Thực hành cẩn thận, trình bày kết quả rõ ràng."),
    "informatics": (
        "Đỗ Minh Quân",
        "Sử dụng thành thạo phần mềm trình chiếu; cần luyện thêm về lập trình.",
    ),
    "literature": (HOMEROOM_TEACHER, "Cảm thụ tốt, diễn đạt mạch lạc, giàu cảm xúc."),
    "foreign_language_1": ("Hoàng Thị Yến", "Có cố gắng; cần luyện thêm kĩ năng nghe và vốn từ."),
    "civic_education": ("Vũ Thị Ngọc Ánh", "Tích cực thảo luận, có ý thức trách nhiệm."),
    "technology": ("Bùi Đức Thắng", "Bản vẽ kĩ thuật đúng quy cách, sạch đẹp."),
    "physical_education": ("Đặng Văn Hùng", "Thực hiện tốt các bài tập, tinh thần đồng đội cao."),
    "arts": ("Phan Thị Mỹ Duyên", "Hát đúng giai điệu, phối màu hài hòa."),
    "local_education": ("Vũ Thị Ngọc Ánh", "Tìm hiểu nghiêm túc về làng nghề địa phương."),
    "experiential_career": (HOMEROOM_TEACHER, "Chủ động, hợp tác tốt với các bạn."),
}


def marks_of(subject_code: str, term: Term, text: str) -> list[Mark]:
    """Read `8 9 8.5 9 / 8.5 / 8.8` as the marks of a term; `x` stands for passed, `-` for not."""
    kinds = ("regular_mark", "midterm_mark", "final_mark")
    return [
        Mark(
            subject_code=subject_code,
            term=term,
            kind=kind,
            ordinal=ordinal,
            score=None if value in "x-" else Decimal(value),
            passed=value == "x" if value in "x-" else None,
            record_id=f"mark-{subject_code}-{term}-{kind}-{ordinal}",
        )
        for kind, part in zip(kinds, text.split("/"), strict=True)
        for ordinal, value in enumerate(part.split(), start=1)
    ]


def all_marks() -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for code, (_periods, term_1, term_2) in SCORED.items():
        marks += marks_of(code, 1, term_1) + marks_of(code, 2, term_2)
    for code in COMMENTED:
        marks += marks_of(code, 1, "x x / x / x") + marks_of(code, 2, "x x / x / x")
    return tuple(marks)


def the_pupil() -> Pupil:
    history = zip((2023, 2024, 2025), ("6A1", "7A1", "8A1"), strict=True)
    return Pupil(
        student_code="HS-000-0001",
        personal_id="000312004711",
        full_name="Nguyễn Thị Minh An",
        sex="Nữ",
        birth_date="2012-03-14",
        birth_place=PROVINCE,
        ethnicity="Kinh",
        nationality="Việt Nam",
        policy_category=None,
        current_address=f"Số 12, đường Phượng Vĩ, {COMMUNE}, {PROVINCE}",
        register_number="0801/THCS",
        father=Relative(full_name="Nguyễn Văn Bình", occupation="Kĩ sư"),
        mother=Relative(full_name="Trần Thị Lan", occupation="Giáo viên"),
        guardian=None,
        study_history=tuple(
            StudyHistoryEntry(
                school_year=f"{year}-{year + 1}",
                class_name=name,
                school_name=SCHOOL_NAME,
                commune=COMMUNE,
                province=PROVINCE,
            )
            for year, name in history
        ),
        record_id="pupil-1",
    )


def the_pupil_year() -> PupilYear:
    return PupilYear(
        pupil=the_pupil(),
        marks=all_marks(),
        comments=tuple(
            SubjectComment(
                subject_code=code,
                comment=comment,
                assessment_status="normal",
                confirmed_by=teacher,
                confirmed_at="2026-05-25T02:00:00Z",
                record_id=f"comment-{code}",
            )
            for code, (teacher, comment) in TEACHERS_AND_COMMENTS.items()
        ),
        conduct=(
            Conduct(term=1, level="Khá", record_id="conduct-1"),
            Conduct(term=2, level="Tốt", record_id="conduct-2"),
        ),
        reassessments=(),
        summary=YearSummary(
            absent_excused=4,
            absent_unexcused=2,
            homeroom_comment=HOMEROOM_COMMENT,
            conduct_after_summer=None,
            confirmed_by=HOMEROOM_TEACHER,
            confirmed_at="2026-05-27T03:30:00Z",
            record_id="summary-1",
        ),
        awards=(),
        upstream_results=(),
    )


def the_class_year() -> ClassYear:
    periods = {code: found[0] for code, found in SCORED.items()} | COMMENTED
    return ClassYear(
        school=School(
            school_code="000-HOA-PHUONG",
            name=SCHOOL_NAME,
            commune=COMMUNE,
            district=None,
            province=PROVINCE,
            principal_name="Lê Thị Thanh Hương",
            record_id="school-1",
        ),
        school_class=SchoolClass(
            class_code="8A1-2025",
            name="8A1",
            grade=8,
            school_year="2025-2026",
            level="THCS",
            homeroom_teacher_name=HOMEROOM_TEACHER,
            subjects=tuple(
                ClassSubject(
                    subject_code=code,
                    periods_per_year=count,
                    teacher_name=TEACHERS_AND_COMMENTS[code][0],
                    printed_name=PRINTED_NAMES.get(code),
                    record_id=f"class-subject-{code}",
                )
                for code, count in periods.items()
            ),
            terms_locked=(1, 2),
            record_id="class-1",
        ),
        pupils=(the_pupil_year(),),
        sample=True,
    )


@dataclass(frozen=True, slots=True)
class Example:
    """The worked example, and ways to spoil it; each returns another example."""

    class_year: ClassYear
    pupil_year: PupilYear
    policy: RulePolicy

    def with_pupil(self, **changes: Any) -> "Example":
        """Change the identity page."""
        return self.with_records(pupil=replace(self.pupil_year.pupil, **changes))

    def with_records(self, **changes: Any) -> "Example":
        """Change the pupil's records of the year."""
        return replace(self, pupil_year=replace(self.pupil_year, **changes))

    def with_class(self, **changes: Any) -> "Example":
        """Change the class."""
        school_class = replace(self.class_year.school_class, **changes)
        return replace(self, class_year=replace(self.class_year, school_class=school_class))

    def with_marks(self, subject_code: str, term: Term, text: str) -> "Example":
        """Give a subject other marks in a term."""
        place = (subject_code, term)
        kept = [m for m in self.pupil_year.marks if (m.subject_code, m.term) != place]
        return self.with_records(marks=(*kept, *marks_of(*place, text)))

    def with_all_marks(self, marks: Mapping[str, str]) -> "Example":
        """Give subjects the same marks in both terms."""
        spoilt = self
        for code, text in marks.items():
            spoilt = spoilt.with_marks(code, 1, text).with_marks(code, 2, text)
        return spoilt

    def with_status(self, subject_code: str, status: str) -> "Example":
        """Assess a subject otherwise: `exempt` and the like."""
        comments = tuple(
            replace(found, assessment_status=status)
            if found.subject_code == subject_code
            else found
            for found in self.pupil_year.comments
        )
        return self.with_records(comments=comments)


@pytest.fixture
def example() -> Example:
    """Nguyễn Thị Minh An of class 8A1, complete and without contradiction."""
    return Example(class_year=the_class_year(), pupil_year=the_pupil_year(), policy=RulePolicy())


@pytest.fixture
def marks():
    return marks_of


@pytest.fixture
def identity() -> DocumentIdentity:
    return DocumentIdentity(
        institution="VN-000-THCS-HOA-PHUONG",
        transcript_code="HB-THCS-2025-7K3M9QX2VD-K",
        series_key=b"\x5e" * 32,
        version=1,
        supersedes=None,
    )


@pytest.fixture
def rendering() -> dict[str, str]:
    return {
        "template": "thcs-year/1",
        "template_digest": "0x" + "7e" * 32,
        "fonts_digest": "0x" + "f0" * 32,
        "typst_version": "0.15.2",
        "created_at": "2026-05-30T08:04:05Z",
        "lookup_url": "https://tra-cuu.hoa-phuong.example/HB-THCS-2025-7K3M9QX2VD-K",
        "place": COMMUNE,
        "approved_on": "2026-05-30",
    }


@pytest.fixture
def document(identity, rendering):
    """Assemble an example, through its bytes."""

    def make(example, **options):
        found = assemble(
            example.class_year, example.pupil_year, identity, rendering, example.policy, **options
        )
        return parse_transcript(canonical_json(found)).document

    return make
