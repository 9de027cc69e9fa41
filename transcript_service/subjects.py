"""
The subjects of the 2018 programme at lower secondary level (THCS).

Identifier, printed name and kind of assessment of each (Circular 22/2021, article 5).
"""

from dataclasses import dataclass

from transcript_service.transcript import Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject or educational activity of the programme."""

    name: str
    assessment: Assessment
    compulsory: bool = True


THCS_SUBJECTS = {
    "literature": Subject(name="Ngữ văn", assessment="score"),
    "mathematics": Subject(name="Toán", assessment="score"),
    "foreign_language_1": Subject(name="Ngoại ngữ 1", assessment="score"),
    "civic_education": Subject(name="Giáo dục công dân", assessment="score"),
    "history_geography": Subject(name="Lịch sử và Địa lí", assessment="score"),
    "natural_science": Subject(name="Khoa học tự nhiên", assessment="score"),
    "technology": Subject(name="Công nghệ", assessment="score"),
    "informatics": Subject(name="Tin học", assessment="score"),
    "physical_education": Subject(name="Giáo dục thể chất", assessment="comment"),
    "arts": Subject(name="Nghệ thuật (Âm nhạc, Mĩ thuật)", assessment="comment"),
    "experiential_career": Subject(
        name="Hoạt động trải nghiệm, hướng nghiệp", assessment="comment"
    ),
    "local_education": Subject(name="Nội dung giáo dục của địa phương", assessment="comment"),
    "ethnic_language": Subject(name="Tiếng dân tộc thiểu số", assessment="score", compulsory=False),
    "foreign_language_2": Subject(name="Ngoại ngữ 2", assessment="score", compulsory=False),
}

THCS_SUBJECT_ORDER = (
    "mathematics",
    "history_geography",
    "natural_science",
    "informatics",
    "literature",
    "foreign_language_1",
    "civic_education",
    "technology",
    "physical_education",
    "arts",
    "foreign_language_2",
    "ethnic_language",
    "local_education",
    "experiential_career",
)
"""
The order of the rows on page A, as default of a setting.

It is the one seen on forms filled in 2025-2026. Reproductions of the circular's annex begin
with Ngữ văn, Toán; the annex itself was not at hand, so what is in use decides.
"""
