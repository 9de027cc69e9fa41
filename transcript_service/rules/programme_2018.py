"""
The programme of 2018: which subjects a pupil of upper secondary school takes, which are chosen.

Pure. Circular 22/2021 judges every subject that a pupil takes; what has to be taken stands in the
programme (Circulars 32/2018 and 13/2022). The list holds for one school year: a pupil may change
the chosen subjects between grades, so nothing here compares years.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

COMPULSORY_SUBJECTS = (
    "literature",
    "mathematics",
    "foreign_language_1",
    "history",
    "physical_education",
    "defense_security_education",
    "experiential_career",
    "local_education",
)
"""Taken by every pupil of grades 10 to 12; five of them are scored."""
ELECTIVE_SUBJECTS = (
    "geography",
    "economic_legal_education",
    "physics",
    "chemistry",
    "biology",
    "technology",
    "informatics",
    "music",
    "fine_arts",
)
"""Of these a pupil chooses four."""
OPTIONAL_SUBJECTS = ("ethnic_language", "foreign_language_2")
STUDY_TOPIC_SUBJECTS = ("literature", "mathematics", "history", *ELECTIVE_SUBJECTS)
"""Subjects that offer a cluster of study topics."""
ELECTIVE_COUNT = 4
STUDY_TOPIC_COUNT = 3


class ChoiceCode(StrEnum):
    """What is wrong with the subjects of a pupil of upper secondary school."""

    COMPULSORY_MISSING = "COMPULSORY_MISSING"
    ELECTIVE_COUNT = "ELECTIVE_COUNT"
    SUBJECT_UNKNOWN = "SUBJECT_UNKNOWN"
    SUBJECT_TWICE = "SUBJECT_TWICE"
    STUDY_TOPIC_COUNT = "STUDY_TOPIC_COUNT"
    STUDY_TOPIC_NOT_OFFERED = "STUDY_TOPIC_NOT_OFFERED"
    STUDY_TOPIC_SUBJECT_NOT_TAKEN = "STUDY_TOPIC_SUBJECT_NOT_TAKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceProblem:
    """One thing wrong, and with which subject; None where it is the number of them."""

    code: ChoiceCode
    subject_code: str | None = None


def find_choice_problems(
    subjects: Sequence[str], study_topics: Sequence[str]
) -> tuple[ChoiceProblem, ...]:
    """
    Find what is wrong with the subjects of a pupil of grades 10 to 12 in one school year.

    Args:
        subjects: codes of all subjects that the pupil takes, exempt ones included.
        study_topics: codes of the subjects of which the pupil takes the study topics.
    """
    return (*_subject_problems(subjects), *_topic_problems(study_topics, subjects))


def _subject_problems(subjects: Sequence[str]) -> Iterator[ChoiceProblem]:
    known = {*COMPULSORY_SUBJECTS, *ELECTIVE_SUBJECTS, *OPTIONAL_SUBJECTS}
    for code, count in sorted(Counter(subjects).items()):
        if code not in known:
            yield ChoiceProblem(code=ChoiceCode.SUBJECT_UNKNOWN, subject_code=code)
        if count > 1:
            yield ChoiceProblem(code=ChoiceCode.SUBJECT_TWICE, subject_code=code)
    for code in COMPULSORY_SUBJECTS:
        if code not in subjects:
            yield ChoiceProblem(code=ChoiceCode.COMPULSORY_MISSING, subject_code=code)
    if len(set(subjects) & set(ELECTIVE_SUBJECTS)) != ELECTIVE_COUNT:
        yield ChoiceProblem(code=ChoiceCode.ELECTIVE_COUNT)


def _topic_problems(
    study_topics: Sequence[str], subjects: Collection[str]
) -> Iterator[ChoiceProblem]:
    for code in sorted(set(study_topics)):
        if code not in STUDY_TOPIC_SUBJECTS:
            yield ChoiceProblem(code=ChoiceCode.STUDY_TOPIC_NOT_OFFERED, subject_code=code)
        elif code not in subjects:
            yield ChoiceProblem(code=ChoiceCode.STUDY_TOPIC_SUBJECT_NOT_TAKEN, subject_code=code)
    if len(study_topics) != STUDY_TOPIC_COUNT or len(set(study_topics)) != STUDY_TOPIC_COUNT:
        yield ChoiceProblem(code=ChoiceCode.STUDY_TOPIC_COUNT)
