"""Rules of the criterion "đủ": nothing that a transcript needs is missing."""

from transcript_service.quality.rule import Criterion, Rule, Severity
from transcript_service.transcript import GapCode


def _(message: str) -> str:
    """Mark a text for the catalogue; `Rule` translates it when it is read."""
    return message


COMPLETE_RULES = (
    Rule(
        code=GapCode.CLASS_INCOMPLETE,
        criterion=Criterion.COMPLETE,
        severity=Severity.BLOCKS,
        text=_("School, class, subjects and teachers are complete."),
        repair=_("Complete the record of the school or of the class in the shared database."),
        reference="TT 22/2021, Phụ lục",
    ),
    Rule(
        code=GapCode.IDENTITY_INCOMPLETE,
        criterion=Criterion.COMPLETE,
        severity=Severity.BLOCKS,
        text=_(
            "The identity page has name, sex, birth date, birth place, ethnicity, nationality"
            " and address."
        ),
        repair=_("Complete the pupil's record in the shared database."),
        reference="TT 22/2021, Phụ lục",
    ),
    Rule(
        code=GapCode.MARK_MISSING,
        criterion=Criterion.COMPLETE,
        severity=Severity.BLOCKS,
        text=_("Every subject has a mid-term and a final mark in each term."),
        repair=_("Enter the mark; a test missed without good reason is 0 or Chưa đạt."),
        reference="TT 22/2021 Đ.7",
    ),
    Rule(
        code=GapCode.MARK_COUNT,
        criterion=Criterion.COMPLETE,
        severity=Severity.BLOCKS,
        text=_("Every subject has the required number of regular marks in each term."),
        repair=_("Enter the missing marks, or cancel those that do not count."),
        reference="TT 22/2021 Đ.6.2",
    ),
    Rule(
        code=GapCode.COMMENT_MISSING,
        criterion=Criterion.COMPLETE,
        severity=Severity.BLOCKS,
        text=_(
            "Every subject has its teacher's comment, and the year that of the homeroom teacher."
        ),
        repair=_("The teacher writes and confirms the comment."),
        reference="TT 22/2021 Đ.18–20",
    ),
    Rule(
        code=GapCode.NOT_CONFIRMED,
        criterion=Criterion.COMPLETE,
        severity=Severity.BLOCKS,
        text=_("The teachers have confirmed their results."),
        repair=_("The teacher confirms the results in the shared database."),
        reference="TT 22/2021 Đ.18–20",
    ),
    Rule(
        code=GapCode.CONDUCT_MISSING,
        criterion=Criterion.COMPLETE,
        severity=Severity.BLOCKS,
        text=_("Each term has a judgement of conduct."),
        repair=_("The homeroom teacher records the conduct of the term."),
        reference="TT 22/2021 Đ.8",
    ),
    Rule(
        code=GapCode.SUMMARY_MISSING,
        criterion=Criterion.COMPLETE,
        severity=Severity.BLOCKS,
        text=_("The homeroom teacher has summed up the year."),
        repair=_("The homeroom teacher completes and confirms the summary of the year."),
        reference="TT 22/2021 Đ.18–20",
    ),
    Rule(
        code=GapCode.TOO_FEW_SUBJECTS,
        criterion=Criterion.COMPLETE,
        severity=Severity.BLOCKS,
        text=_("Exemptions leave as many scored subjects as the levels count."),
        repair=_("The circular has no rule for fewer: ask the department to decide."),
        reference="TT 22/2021 Đ.9.2; ADR 0016",
    ),
    Rule(
        code=GapCode.PERSONAL_ID_MISSING,
        criterion=Criterion.COMPLETE,
        severity=Severity.WARNS,
        text=_("The pupil has a personal ID."),
        repair=_("Enter the number; a foreign pupil may have none."),
        reference="Luật Căn cước 2023 Đ.12",
    ),
    Rule(
        code=GapCode.AWARD_NOT_RECORDED,
        criterion=Criterion.COMPLETE,
        severity=Severity.WARNS,
        text=_("A title that the results of the year earn is recorded."),
        repair=_("Ask the principal whether the title is given."),
        reference="TT 22/2021 Đ.15",
    ),
    Rule(
        code=GapCode.RESULT_MISSING,
        criterion=Criterion.COMPLETE,
        severity=Severity.WARNS,
        text=_("The shared database stores the results of both terms and of the year."),
        repair=_("Have the results computed in the shared database, then sync again."),
        reference="TT 22/2021 Đ.9",
    ),
    Rule(
        code=GapCode.NOT_IN_CLASS_LIST,
        criterion=Criterion.COMPLETE,
        severity=Severity.WARNS,
        text=_("Every pupil with records in a class stands in its list, or has left the school."),
        repair=_("Put the pupil into the class list, record the transfer, or cancel the records."),
        reference="kế hoạch của ngành: tiêu chí đủ",
    ),
)
