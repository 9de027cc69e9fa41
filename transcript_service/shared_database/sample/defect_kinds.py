"""The kinds of defects that sample data can hold on purpose, for tests of what finds them."""

from dataclasses import dataclass
from enum import StrEnum


class DefectKind(StrEnum):
    """What is wrong."""

    MARK_MISSING = "mark-missing"
    MARK_COUNT = "mark-count"
    MARK_TWICE = "mark-twice"
    SCORE_OFF_SCALE = "score-off-scale"
    SCORE_TOO_FINE = "score-too-fine"
    CODE_UNKNOWN = "code-unknown"
    PERSONAL_ID_TWICE = "personal-id-twice"
    PERSONAL_ID_MISSING = "personal-id-missing"
    PERSONAL_ID_MALFORMED = "personal-id-malformed"
    PERSONAL_ID_BIRTH_YEAR = "personal-id-birth-year"
    PERSONAL_ID_SEX = "personal-id-sex"
    IDENTITY_UNVERIFIED = "identity-unverified"
    IDENTITY_INCOMPLETE = "identity-incomplete"
    IDENTITY_GONE = "identity-gone"
    NOT_NFC = "not-nfc"
    NAME_UNTIDY = "name-untidy"
    NOT_STUDYING = "not-studying"
    TWO_CLASSES = "two-classes"
    NOT_LISTED = "not-listed"
    RESULT_MISSING = "result-missing"
    AVERAGE_DIFFERS = "average-differs"
    LEVEL_DIFFERS = "level-differs"
    CONDUCT_DIFFERS = "conduct-differs"
    PROMOTION_DIFFERS = "promotion-differs"
    AWARD_NOT_EARNED = "award-not-earned"
    AWARD_REPEALED = "award-repealed"
    AWARD_NOT_RECORDED = "award-not-recorded"
    SECOND_CHANCE_NOT_DUE = "second-chance-not-due"
    COMMENT_MISSING = "comment-missing"
    COMMENT_NOT_CONFIRMED = "comment-not-confirmed"
    SUMMARY_MISSING = "summary-missing"
    CONDUCT_MISSING = "conduct-missing"
    STUDY_TOPICS = "study-topics"
    CHOICE = "choice"
    TOO_FEW_SUBJECTS = "too-few-subjects"
    TERM_1_MISSING = "term-1-missing"
    RULE_OPEN_POINT = "rule-open-point"
    PROMOTION_UNCLEAR = "promotion-unclear"
    STALE_VERSION = "stale-version"
    TERM_NOT_LOCKED = "term-not-locked"
    HOMEROOM_MISSING = "homeroom-missing"


STOPPING_CASES = (DefectKind.TOO_FEW_SUBJECTS, DefectKind.TERM_1_MISSING)
"""Not put in, but in the nature of special cases that clean samples leave out."""
OF_A_CLASS = (DefectKind.TERM_NOT_LOCKED, DefectKind.HOMEROOM_MISSING)
"""They stop every pupil of a class."""
OF_UPPER_LEVEL = (DefectKind.STUDY_TOPICS, DefectKind.CHOICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedDefect:
    """One defect that was put into sample data, and where."""

    kind: DefectKind
    school_code: str
    class_code: str
    student_code: str | None
    """None for a defect of a whole class."""
    table: str
    """Table upstream."""
    record_id: str
    """Of the wrong record, or the one that is missing."""
    field: str
    """Upstream name."""
    other_student_codes: tuple[str, ...] = ()
    """Pupils whom the defect concerns, too: another with the same personal ID."""
