"""
The columns of a table of verified files, fixed before the first file is read (docs/formats.md).

One table holds both school levels, so it has a group of columns for each subject of either. What
a subject is called is Vietnamese, as on the transcripts themselves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from types import MappingProxyType

from verifier.messages import _

SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "mathematics": "Toán",
        "literature": "Ngữ văn",
        "foreign_language_1": "Ngoại ngữ 1",
        "civic_education": "Giáo dục công dân",
        "history_geography": "Lịch sử và Địa lí",
        "natural_science": "Khoa học tự nhiên",
        "history": "Lịch sử",
        "geography": "Địa lí",
        "economic_legal_education": "Giáo dục kinh tế và pháp luật",
        "physics": "Vật lí",
        "chemistry": "Hóa học",
        "biology": "Sinh học",
        "technology": "Công nghệ",
        "informatics": "Tin học",
        "physical_education": "Giáo dục thể chất",
        "defense_security_education": "Giáo dục quốc phòng và an ninh",
        "arts": "Nghệ thuật (Âm nhạc, Mĩ thuật)",
        "music": "Âm nhạc",
        "fine_arts": "Mĩ thuật",
        "foreign_language_2": "Ngoại ngữ 2",
        "ethnic_language": "Tiếng dân tộc thiểu số",
        "local_education": "Nội dung giáo dục của địa phương",
        "experiential_career": "Hoạt động trải nghiệm, hướng nghiệp",
    }
)
LANGUAGE_SUBJECTS = ("foreign_language_1", "foreign_language_2", "ethnic_language")
"""Subjects whose printed name says which language it is."""
MARKS = ("term_1", "term_2", "full_year", "after_reassessment")


class Kind(StrEnum):
    """What a column's values are; each kind of file writes them in its own way."""

    TEXT = auto()
    NUMBER = auto()
    MARK = auto()
    """A score with one decimal, or a word of a subject judged by comment."""
    DATE = auto()
    """ISO 8601; only a year, or year and month, occur."""
    MOMENT = auto()
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its key in JSON, its head for people, the kind of its values."""

    key: str
    title: str
    kind: Kind = Kind.TEXT


def columns() -> tuple[Column, ...]:
    """Return all columns in their order, with heads in the language in use."""
    return (*_about_the_file(), *_about_the_pupil(), *_about_the_year(), *_about_subjects())


def mark_key(subject_code: str, mark: str) -> str:
    """Return the key of the column of one mark of a subject."""
    return f"{subject_code}.{mark}"


def _about_the_file() -> Iterator[Column]:
    yield Column(key="file", title=_("File"))
    yield Column(key="verdict", title=_("Verdict"))
    yield Column(key="sub_reason", title=_("Reason code"))
    yield Column(key="reason", title=_("Reason"))
    yield Column(key="advice", title=_("What to do"))
    yield Column(key="duplicate_of", title=_("Same document as"))
    yield Column(key="status", title=_("Status in the registry"))
    yield Column(key="document_digest", title=_("SHA-256 of the document"))
    yield Column(key="signed_by", title=_("Signed by"))
    yield Column(key="signed_at", title=_("Signed at (Viet Nam time)"), kind=Kind.MOMENT)
    yield Column(key="sealed_by", title=_("Sealed by"))
    yield Column(key="sealed_at", title=_("Sealed at (Viet Nam time)"), kind=Kind.MOMENT)
    yield Column(key="anchored_by", title=_("Anchored by"))
    yield Column(key="anchored_at", title=_("Anchored at (Viet Nam time)"), kind=Kind.MOMENT)
    yield Column(key="as_of_block", title=_("Registry as of block"), kind=Kind.NUMBER)


def _about_the_pupil() -> Iterator[Column]:
    yield Column(key="transcript_code", title=_("Transcript code"))
    yield Column(key="version", title=_("Version"), kind=Kind.NUMBER)
    yield Column(key="sample", title=_("Sample data"))
    yield Column(key="personal_id", title=_("Personal ID"))
    yield Column(key="full_name", title=_("Full name"))
    yield Column(key="birth_date", title=_("Date of birth"), kind=Kind.DATE)
    yield Column(key="sex", title=_("Sex"))
    yield Column(key="school_name", title=_("School"))
    yield Column(key="province", title=_("Province"))
    yield Column(key="level", title=_("School level"))
    yield Column(key="grade", title=_("Grade"), kind=Kind.NUMBER)
    yield Column(key="class_name", title=_("Class"))
    yield Column(key="school_year", title=_("School year"))


def _about_the_year() -> Iterator[Column]:
    yield Column(key="academic_result_term_1", title=_("Academic result, term 1"))
    yield Column(key="academic_result_term_2", title=_("Academic result, term 2"))
    yield Column(key="academic_result", title=_("Academic result, year"))
    yield Column(key="academic_after_reassessment", title=_("Academic result, after re-assessment"))
    yield Column(key="conduct_result_term_1", title=_("Conduct, term 1"))
    yield Column(key="conduct_result_term_2", title=_("Conduct, term 2"))
    yield Column(key="conduct_result", title=_("Conduct, year"))
    yield Column(key="conduct_after_summer", title=_("Conduct, after the summer"))
    yield Column(key="promotion", title=_("Promotion"))
    yield Column(key="program_completed", title=_("Programme completed"))
    yield Column(key="absent_sessions", title=_("Absent sessions"), kind=Kind.NUMBER)
    yield Column(key="awards", title=_("Awards"))
    yield Column(key="certificates", title=_("Certificates"))
    yield Column(key="competitions", title=_("Competitions"))


def _about_subjects() -> Iterator[Column]:
    for code in LANGUAGE_SUBJECTS:
        title = _("{subject}: which").format(subject=SUBJECTS[code])
        yield Column(key=f"{code}.name", title=title)
    names = {
        "term_1": _("{subject}, term 1"),
        "term_2": _("{subject}, term 2"),
        "full_year": _("{subject}, year"),
        "after_reassessment": _("{subject}, re-assessed"),
    }
    for code, subject in SUBJECTS.items():
        for mark in MARKS:
            title = names[mark].format(subject=subject)
            yield Column(key=mark_key(code, mark), title=title, kind=Kind.MARK)
    yield Column(
        key="other_subjects", title=_("Other subjects (term 1; term 2; year; re-assessed)")
    )
    yield Column(key="not_assessed", title=_("Subjects exempt, or assessed in part"))
