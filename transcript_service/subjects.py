"""
The subjects of the 2018 programme: lower (THCS) and upper secondary level (THPT).

Identifier, printed name and kind of assessment of each (Circular 22/2021, article 5), and the
order of the rows on page A. The level is that of the class: a school may have several.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from transcript_service.class_year import ClassSubject, PupilYear, SchoolClass
from transcript_service.transcript import Assessment

Choice = Literal["compulsory", "elective", "optional"]
"""Taken by everybody; one of those to choose from (THPT, four of nine); taken in addition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject or educational activity of the programme."""

    name: str
    assessment: Assessment
    choice: Choice = "compulsory"

    @property
    def compulsory(self) -> bool:
        """Tell whether every pupil takes it."""
        return self.choice == "compulsory"


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
    "ethnic_language": Subject(
        name="Tiếng dân tộc thiểu số", assessment="score", choice="optional"
    ),
    "foreign_language_2": Subject(name="Ngoại ngữ 2", assessment="score", choice="optional"),
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

THPT_SUBJECTS = {
    "literature": Subject(name="Ngữ văn", assessment="score"),
    "mathematics": Subject(name="Toán", assessment="score"),
    "foreign_language_1": Subject(name="Ngoại ngữ 1", assessment="score"),
    "history": Subject(name="Lịch sử", assessment="score"),
    "geography": Subject(name="Địa lí", assessment="score", choice="elective"),
    "economic_legal_education": Subject(
        name="Giáo dục kinh tế và pháp luật", assessment="score", choice="elective"
    ),
    "physics": Subject(name="Vật lí", assessment="score", choice="elective"),
    "chemistry": Subject(name="Hóa học", assessment="score", choice="elective"),
    "biology": Subject(name="Sinh học", assessment="score", choice="elective"),
    "technology": Subject(name="Công nghệ", assessment="score", choice="elective"),
    "informatics": Subject(name="Tin học", assessment="score", choice="elective"),
    "physical_education": Subject(name="Giáo dục thể chất", assessment="comment"),
    "music": Subject(name="Âm nhạc", assessment="comment", choice="elective"),
    "fine_arts": Subject(name="Mĩ thuật", assessment="comment", choice="elective"),
    "defense_security_education": Subject(
        name="Giáo dục quốc phòng và an ninh", assessment="score"
    ),
    "foreign_language_2": Subject(name="Ngoại ngữ 2", assessment="score", choice="optional"),
    "ethnic_language": Subject(
        name="Tiếng dân tộc thiểu số", assessment="score", choice="optional"
    ),
    "local_education": Subject(name="Nội dung giáo dục của địa phương", assessment="comment"),
    "experiential_career": Subject(
        name="Hoạt động trải nghiệm, hướng nghiệp", assessment="comment"
    ),
}

THPT_SUBJECT_ORDER = tuple(THPT_SUBJECTS)
"""As default of a setting; the form's annex was not at hand."""

GRADES = MappingProxyType({"THCS": range(6, 10), "THPT": range(10, 13)})
"""The grades of each level of which this release issues transcripts."""
_SUBJECTS: Mapping[str, Mapping[str, Subject]] = {"THCS": THCS_SUBJECTS, "THPT": THPT_SUBJECTS}
_ORDERS = {"THCS": THCS_SUBJECT_ORDER, "THPT": THPT_SUBJECT_ORDER}


def subjects_of(level: str) -> Mapping[str, Subject]:
    """Return the subjects of a level by their identifiers; none for a level not in `GRADES`."""
    return _SUBJECTS.get(level, {})


def subject_order_of(level: str) -> tuple[str, ...]:
    """Return the rows of page A of a level, from the top; none for a level not in `GRADES`."""
    return _ORDERS.get(level, ())


def taken_subjects(school_class: SchoolClass, pupil_year: PupilYear) -> tuple[ClassSubject, ...]:
    """
    Return the subjects of the class that the pupil takes, in the class's order.

    A compulsory one is taken by everybody; of the others, those that are recorded as the pupil's,
    or all of them where nothing is recorded, as in a class whose pupils chose alike.
    """
    chosen = pupil_year.chosen_subjects
    programme = subjects_of(school_class.level)

    def takes(code: str) -> bool:
        return chosen is None or code not in programme or programme[code].compulsory

    return tuple(
        subject
        for subject in school_class.subjects
        if takes(subject.subject_code) or subject.subject_code in (chosen or ())
    )
