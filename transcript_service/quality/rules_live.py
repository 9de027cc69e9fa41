"""Rules of the criterion "sống": what is held here is what the shared database holds now."""

from transcript_service.quality.rule import Criterion, Rule, Severity
from transcript_service.transcript import GapCode


def _(message: str) -> str:
    """Mark a text for the catalogue; `Rule` translates it when it is read."""
    return message


LIVE_RULES = (
    Rule(
        code=GapCode.TERM_NOT_LOCKED,
        criterion=Criterion.LIVE,
        severity=Severity.BLOCKS,
        text=_("Both terms are locked in the shared database."),
        repair=_("Lock the term in the shared database, then sync again."),
        reference="kế hoạch của ngành: tiêu chí sống",
    ),
    Rule(
        code=GapCode.RECORD_GONE,
        criterion=Criterion.LIVE,
        severity=Severity.BLOCKS,
        text=_("Every record held here is still in the shared database, or was cancelled there."),
        repair=_("Ask why the record is gone; have it restored or cancelled."),
        reference="NĐ 88/2026 Đ.15.3b",
    ),
    Rule(
        code=GapCode.VERSION_WENT_BACK,
        criterion=Criterion.LIVE,
        severity=Severity.BLOCKS,
        text=_("The version of a record never goes back."),
        repair=_(
            "Ask the shared database's operator; the version held here stays until a newer "
            "one comes."
        ),
        reference="NĐ 88/2026 Đ.15.3b",
    ),
    Rule(
        code=GapCode.OUTDATED,
        criterion=Criterion.LIVE,
        severity=Severity.WARNS,
        text=_("An issued transcript says what the records say now."),
        repair=_("Look at what changed; issue a corrected version with `hocba supersede`."),
        reference="NĐ 88/2026 Đ.25.4",
    ),
    Rule(
        code=GapCode.NOT_STUDYING,
        criterion=Criterion.LIVE,
        severity=Severity.WARNS,
        text=_("A pupil in a class list is one who studies at the school."),
        repair=_("Take the pupil off the list, or correct the status."),
        reference="kế hoạch của ngành: tiêu chí sống",
    ),
    Rule(
        code=GapCode.STALE_DATA,
        criterion=Criterion.LIVE,
        severity=Severity.WARNS,
        text=_("The last complete synchronisation is not older than the setting allows."),
        repair=_("Run `hocba sync`."),
        reference="kế hoạch của ngành: tiêu chí sống",
    ),
    Rule(
        code=GapCode.SYNC_CUT_OFF,
        criterion=Criterion.LIVE,
        severity=Severity.WARNS,
        text=_("The last synchronisation came to its end."),
        repair=_("Run `hocba sync` again: it goes on where it was cut off."),
        reference="kế hoạch của ngành: tiêu chí sống",
    ),
)
