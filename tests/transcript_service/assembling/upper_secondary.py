"""A class of upper secondary school whose pupils chose differently, as small factories."""

from dataclasses import replace
from decimal import Decimal

from tests.transcript_service.assembling.conftest import (
    Example,
    marks_of,
    the_class_year,
    the_pupil_year,
)
from transcript_service.class_year import (
    ClassSubject,
    ClassYear,
    Mark,
    PupilYear,
    StudyTopic,
    SubjectComment,
)
from transcript_service.rules.circular_22_2021 import RulePolicy

SCHOOL_NAME = "Trường THPT Hoa Phượng (dữ liệu mẫu)"
SUBJECTS = {
    "literature": (105, "Nguyễn Thị Thu Thủy", "Cảm thụ tốt, lập luận chặt chẽ."),
    "mathematics": (105, "Trần Văn Đức", "Tư duy nhanh, trình bày khoa học."),
    "foreign_language_1": (105, "Hoàng Thị Yến", "Phát âm tốt; cần mở rộng vốn từ."),
    "history": (52, "Phạm Thị Hồng Nhung", "Nắm vững sự kiện, biết phân tích nguồn tư liệu."),
    "geography": (70, "Lý Thị Mai Hoa", "Đọc bản đồ, biểu đồ thành thạo."),
    "physics": (70, "Lê Hữu Phước", "Vận dụng tốt định luật vào bài toán thực tế."),
    "chemistry": (70, "Võ Thị Kim Liên", "Thực hành an toàn, cân bằng phương trình tốt."),
    "biology": (70, "Đinh Quang Vinh", "Quan sát kĩ, ghi chép thí nghiệm đầy đủ."),
    "informatics": (70, "Đỗ Minh Quân", "Lập trình Python tốt, làm việc nhóm hiệu quả."),
    "music": (70, "Phan Thị Mỹ Duyên", "Hát đúng giai điệu, biểu diễn tự tin."),
    "physical_education": (70, "Đặng Văn Hùng", "Thể lực tốt, tinh thần đồng đội cao."),
    "defense_security_education": (35, "Bùi Đức Thắng", "Chấp hành kỉ luật, động tác chuẩn."),
    "local_education": (35, "Vũ Thị Ngọc Ánh", "Tìm hiểu nghiêm túc về làng nghề địa phương."),
    "experiential_career": (105, "Nguyễn Thị Thu Thủy", "Chủ động, hợp tác tốt với các bạn."),
}
"""Periods a year, teacher and comment of each subject that the class is taught."""
COMMENTED = ("music", "physical_education", "local_education", "experiential_career")
SCIENCES = ("physics", "chemistry", "biology", "informatics")
ARTS = ("geography", "biology", "informatics", "music")
TOPICS = {
    SCIENCES: ("mathematics", "physics", "chemistry"),
    ARTS: ("literature", "biology", "music"),
}
REGULAR = {35: 2, 52: 3, 70: 3, 105: 4}


def topic_of(code: str, term: int) -> StudyTopic:
    """The result of a subject's study topics in a term: 9.0, or passed."""
    return StudyTopic(
        subject_code=code,
        term=1 if term == 1 else 2,
        score=None if code in COMMENTED else Decimal("9.0"),
        passed=True if code in COMMENTED else None,
        record_id=f"topic-{code}-{term}",
    )


def marks_for(chosen: tuple[str, ...]) -> tuple[Mark, ...]:
    """Marks of all subjects that a pupil takes; a study topic stands for one regular mark."""
    marks: list[Mark] = []
    for code in taken_codes(chosen):
        count = 2 if code in COMMENTED else REGULAR[SUBJECTS[code][0]]
        count -= code in TOPICS[chosen]
        one = ("x", "x", "x") if code in COMMENTED else ("8", "7.5", "8")
        text = f"{' '.join([one[0]] * count)} / {one[1]} / {one[2]}"
        marks += marks_of(code, 1, text) + marks_of(code, 2, text)
    return tuple(marks)


def taken_codes(chosen: tuple[str, ...]) -> list[str]:
    """The codes that a pupil takes, in the class's order."""
    return [code for code in SUBJECTS if code in chosen or code not in {*SCIENCES, *ARTS}]


def the_pupil_who_chose(chosen: tuple[str, ...], number: int) -> PupilYear:
    """A pupil with good marks, complete and without contradiction."""
    lower = the_pupil_year()
    summary = lower.summary
    assert summary is not None
    return replace(
        lower,
        pupil=replace(
            lower.pupil,
            student_code=f"HS-000-100{number}",
            personal_id=f"00030900471{number}",
            birth_date="2009-03-14",
            register_number=f"110{number}",
            study_history=tuple(
                replace(
                    entry,
                    school_year=f"{year}-{year + 1}",
                    class_name=name,
                    school_name=SCHOOL_NAME,
                )
                for entry, year, name in zip(
                    lower.pupil.study_history, (2024, 2025), ("10A2", "11A2"), strict=False
                )
            ),
        ),
        marks=marks_for(chosen),
        comments=tuple(
            SubjectComment(
                subject_code=code,
                comment=SUBJECTS[code][2],
                assessment_status="normal",
                confirmed_by=SUBJECTS[code][1],
                confirmed_at="2026-05-25T02:00:00Z",
                record_id=f"comment-{code}",
            )
            for code in taken_codes(chosen)
        ),
        chosen_subjects=chosen,
        study_topics=tuple(topic_of(code, term) for code in TOPICS[chosen] for term in (1, 2)),
    )


def the_thpt_class_year(grade: int = 11) -> ClassYear:
    """Two pupils of one class: one chose sciences, the other arts."""
    lower = the_class_year()
    name = f"{grade}A2"
    return replace(
        lower,
        school=replace(lower.school, name=SCHOOL_NAME, school_code="000-HOA-PHUONG-THPT"),
        school_class=replace(
            lower.school_class,
            class_code=f"{name}-2025",
            name=name,
            grade=grade,
            level="THPT",
            subjects=tuple(
                ClassSubject(
                    subject_code=code,
                    periods_per_year=periods,
                    teacher_name=teacher,
                    printed_name="Ngoại ngữ 1 (Tiếng Anh)"
                    if code == "foreign_language_1"
                    else None,
                    record_id=f"class-subject-{code}",
                )
                for code, (periods, teacher, _comment) in SUBJECTS.items()
            ),
        ),
        pupils=(the_pupil_who_chose(SCIENCES, 1), the_pupil_who_chose(ARTS, 2)),
    )


def example_of(position: int, grade: int = 11) -> Example:
    """The pupil at *position* of the class, and ways to spoil the records."""
    class_year = the_thpt_class_year(grade)
    return Example(
        class_year=class_year, pupil_year=class_year.pupils[position], policy=RulePolicy()
    )
