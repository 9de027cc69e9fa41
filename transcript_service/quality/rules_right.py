"""Rules of the criterion "đúng": the records agree with their source and with each other."""

from transcript_service.quality.rule import Criterion, Rule, Severity
from transcript_service.transcript import GapCode


def _(message: str) -> str:
    """Mark a text for the catalogue; `Rule` translates it when it is read."""
    return message


RIGHT_RULES = (
    Rule(
        code=GapCode.CLASS_NOT_SUPPORTED,
        criterion=Criterion.RIGHT,
        severity=Severity.BLOCKS,
        text=_(
            "The class is of a level, a grade and a year of which this release knows the rules."
        ),
        repair=_("Issue the transcript elsewhere, or wait for a release that knows the level."),
        reference="TT 22/2021 Đ.21",
    ),
    Rule(
        code=GapCode.CHOICE_INVALID,
        criterion=Criterion.RIGHT,
        severity=Severity.BLOCKS,
        text=_(
            "The subjects of a pupil of upper secondary school are the compulsory ones and "
            "four to choose from."
        ),
        repair=_("Correct the pupil's chosen subjects, or the subjects of the class."),
        reference="TT 32/2018, TT 13/2022",
    ),
    Rule(
        code=GapCode.STUDY_TOPICS_INVALID,
        criterion=Criterion.RIGHT,
        severity=Severity.BLOCKS,
        text=_(
            "A pupil of upper secondary school has the study topics of three subjects that "
            "the pupil takes."
        ),
        repair=_("Correct the pupil's study topics."),
        reference="TT 32/2018, TT 13/2022",
    ),
    Rule(
        code=GapCode.SECOND_CHANCE_NOT_DUE,
        criterion=Criterion.RIGHT,
        severity=Severity.BLOCKS,
        text=_("Re-assessment and summer training stand only where the circular opens them."),
        repair=_("Cancel the record, or correct the results of the year."),
        reference="TT 22/2021 Đ.13, Đ.14",
    ),
    Rule(
        code=GapCode.AVERAGE_DIFFERS,
        criterion=Criterion.RIGHT,
        severity=Severity.BLOCKS,
        text=_("The averages recomputed from the marks are those that the shared database stores."),
        repair=_("Correct the marks, or have the results computed again in the shared database."),
        reference="TT 22/2021 Đ.9.1",
    ),
    Rule(
        code=GapCode.LEVEL_DIFFERS,
        criterion=Criterion.RIGHT,
        severity=Severity.BLOCKS,
        text=_("The academic result recomputed is the one that the shared database stores."),
        repair=_("Correct the records, or have the results computed again in the shared database."),
        reference="TT 22/2021 Đ.9.2, Đ.9.3",
    ),
    Rule(
        code=GapCode.CONDUCT_DIFFERS,
        criterion=Criterion.RIGHT,
        severity=Severity.BLOCKS,
        text=_("The conduct of the year follows from that of the two terms."),
        repair=_("Correct the conduct of the terms, or have the result computed again."),
        reference="TT 22/2021 Đ.8.2",
    ),
    Rule(
        code=GapCode.PROMOTION_DIFFERS,
        criterion=Criterion.RIGHT,
        severity=Severity.BLOCKS,
        text=_(
            "The decision on promotion is the one that follows from results, conduct and absences."
        ),
        repair=_("Correct the records, or have the decision taken again."),
        reference="TT 22/2021 Đ.12",
    ),
    Rule(
        code=GapCode.AWARD_NOT_EARNED,
        criterion=Criterion.RIGHT,
        severity=Severity.BLOCKS,
        text=_("A recorded title is the one that the results of the year earn."),
        repair=_("Cancel the award in the shared database, or correct the records."),
        reference="TT 22/2021 Đ.15",
    ),
    Rule(
        code=GapCode.PERSONAL_ID_DOUBTFUL,
        criterion=Criterion.RIGHT,
        severity=Severity.WARNS,
        text=_("The personal ID fits place of registration, sex and year of birth."),
        repair=_(
            "Compare the number with the population database; both may have been corrected since."
        ),
        reference="Luật Căn cước 2023 Đ.12",
    ),
    Rule(
        code=GapCode.IDENTITY_NOT_VERIFIED,
        criterion=Criterion.RIGHT,
        severity=Severity.WARNS,
        text=_("The identity was verified with the population database, with date and source."),
        repair=_(
            "Have the identity verified, and record date and source. A setting makes this "
            "rule block."
        ),
        reference="kế hoạch của ngành: 100 % được xác thực",
    ),
    Rule(
        code=GapCode.PROMOTION_UNCLEAR,
        criterion=Criterion.RIGHT,
        severity=Severity.WARNS,
        text=_(
            "Conduct and academic result of the year are not both Chưa đạt, where the "
            "circular is not clear."
        ),
        repair=_("The principal confirms that the pupil repeats the grade."),
        reference="TT 22/2021 Đ.12–14; ADR 0016",
    ),
    Rule(
        code=GapCode.RULE_OPEN_POINT,
        criterion=Criterion.RIGHT,
        severity=Severity.WARNS,
        text=_("The result follows from the circular alone, and from each of its readings alike."),
        repair=_("Show the result to the principal, and keep the decision with the records."),
        reference="TT 22/2021 Đ.9.3, Đ.11, Đ.12.4; ADR 0016",
    ),
    Rule(
        code=GapCode.ISSUED_NOT_IN_LIST,
        criterion=Criterion.RIGHT,
        severity=Severity.WARNS,
        text=_("Every pupil to whom a transcript was issued stands in the class list."),
        repair=_("Put the pupil back into the list, or revoke the transcript."),
        reference="NĐ 88/2026 Đ.15.3b",
    ),
)
