"""Rules of the criterion "sạch": nothing stands twice, and everything in one form."""

from transcript_service.quality.rule import Criterion, Rule, Severity
from transcript_service.transcript import GapCode


def _(message: str) -> str:
    """Mark a text for the catalogue; `Rule` translates it when it is read."""
    return message


CLEAN_RULES = (
    Rule(
        code=GapCode.RECORD_REFUSED,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_("Every record passes the door of synchronisation."),
        repair=_("Correct the named field in the shared database, then sync again."),
        reference="QĐ 4998/QĐ-BGDĐT",
    ),
    Rule(
        code=GapCode.MARK_INVALID,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_("A mark is a score from 0 to 10 with at most one decimal, or Đạt or Chưa đạt."),
        repair=_("Correct the mark in the shared database."),
        reference="TT 22/2021 Đ.5",
    ),
    Rule(
        code=GapCode.CONDUCT_INVALID,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_("Conduct is one of the four levels."),
        repair=_("Correct the record in the shared database."),
        reference="TT 22/2021 Đ.8",
    ),
    Rule(
        code=GapCode.SUMMARY_INVALID,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_(
            "Absences are no negative numbers, and conduct after summer training is one of "
            "the four levels."
        ),
        repair=_("Correct the summary of the year."),
        reference="TT 22/2021 Đ.12, Đ.13",
    ),
    Rule(
        code=GapCode.DUPLICATE_RECORD,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_("Nothing is recorded twice."),
        repair=_("Cancel the record that does not count."),
        reference="kế hoạch của ngành: tiêu chí sạch",
    ),
    Rule(
        code=GapCode.UNKNOWN_SUBJECT,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_("Every subject is one of the level's programme that the class is taught."),
        repair=_("Add the subject to the class, or cancel the record."),
        reference="TT 32/2018",
    ),
    Rule(
        code=GapCode.CODE_UNKNOWN,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_("Terms, kinds, levels and statuses are values of their code lists."),
        repair=_("Choose a value of the code list."),
        reference="QĐ 4998/QĐ-BGDĐT",
    ),
    Rule(
        code=GapCode.NOT_NFC,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_("Every text is in Unicode NFC."),
        repair=_("Have the text written again with precomposed letters."),
        reference="ADR 0003",
    ),
    Rule(
        code=GapCode.NOT_PRINTABLE,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_("Every text fits its field of the form."),
        repair=_(
            "Shorten or correct the text: length, invisible characters, form of codes and dates."
        ),
        reference="ADR 0003",
    ),
    Rule(
        code=GapCode.PERSONAL_ID_DUPLICATE,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_("No two pupils of the school and year have the same personal ID."),
        repair=_("Find out whose number it is, and correct the other record."),
        reference="Luật Căn cước 2023 Đ.12",
    ),
    Rule(
        code=GapCode.TWO_CLASSES,
        criterion=Criterion.CLEAN,
        severity=Severity.BLOCKS,
        text=_("A pupil stands in the list of one class only."),
        repair=_("Cancel the enrolment that does not hold."),
        reference="kế hoạch của ngành: tiêu chí sạch",
    ),
    Rule(
        code=GapCode.NAME_UNTIDY,
        criterion=Criterion.CLEAN,
        severity=Severity.WARNS,
        text=_("Names are written with single blanks, and in large and small letters."),
        repair=_("Write the name as the birth certificate has it."),
        reference="kế hoạch của ngành: tiêu chí sạch",
    ),
)
