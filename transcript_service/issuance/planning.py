"""Who of a class can be issued now, who is stopped and why, who has a document already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from transcript_service.assemble import KIND
from transcript_service.class_year import ClassYear, PupilYear
from transcript_service.errors import BatchError
from transcript_service.lifecycle import DocumentState, state_name
from transcript_service.models import DocumentRow, TranscriptRow
from transcript_service.quality.checks import Finding, PupilState
from transcript_service.quality.documents import ENDED
from transcript_service.quality.gate import Gate, check_class
from transcript_service.quality.rule import Severity
from transcript_service.transcript import Gap, Incomplete
from verifier.messages import _

_CURRENT_OR_ON_THE_WAY = tuple(state for state in DocumentState if state not in ENDED)
_ON_THE_WAY = tuple(state for state in _CURRENT_OR_ON_THE_WAY if state != DocumentState.ISSUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """What issuing a class would do: who goes, who is stopped and why, who has it already."""

    ready: tuple[PupilYear, ...]
    stopped: tuple[tuple[str, tuple[Gap, ...]], ...]
    """`(student_code, gaps)`."""
    issued: tuple[str, ...]
    """Student codes that have a current document of this year."""
    on_the_way: tuple[str, ...]
    """Student codes whose document is in a batch that was cut off, or is still under way."""
    withdrawn: tuple[str, ...]
    """Student codes whose document of this year was revoked: they need `hocba supersede`."""
    warnings: tuple[tuple[str, tuple[Gap, ...]], ...]
    """`(student_code, gaps)` of those who are not stopped, but whom a person should look at."""


def plan_class(session: Session, institution: str, class_year: ClassYear, gate: Gate) -> ClassPlan:
    """Sort the pupils of a class: ready, stopped by the quality gate, or already issued."""
    check = check_class(session, institution, class_year, gate)
    ready = set(check.of_state(PupilState.READY))
    of_class = tuple(found.gap for found in check.findings if found.severity is Severity.BLOCKS)
    stopped, warnings = [], []
    for pupil in check.pupils:
        blocking, doubts = _by_severity(pupil.findings)
        if pupil.state is PupilState.STOPPED:
            stopped.append((pupil.student_code, (*of_class, *blocking)))
        elif pupil.state is PupilState.READY and doubts:
            warnings.append((pupil.student_code, doubts))
    return ClassPlan(
        ready=tuple(one for one in class_year.pupils if one.pupil.student_code in ready),
        stopped=tuple(stopped),
        issued=check.of_state(PupilState.ISSUED),
        on_the_way=check.of_state(PupilState.ON_THE_WAY),
        withdrawn=check.of_state(PupilState.WITHDRAWN),
        warnings=tuple(warnings),
    )


def check_passes_gate(
    session: Session, institution: str, class_year: ClassYear, student_code: str, gate: Gate
) -> None:
    """
    Check that nothing blocks a pupil of the class, whatever documents there are already.

    Raises:
        Incomplete: something does; it carries all gaps.
    """
    check = check_class(session, institution, class_year, gate)
    findings = [*check.findings]
    for pupil in check.pupils:
        findings += pupil.findings if pupil.student_code == student_code else ()
    blocking, _doubts = _by_severity(findings)
    if blocking:
        raise Incomplete(student_code, blocking)


def _by_severity(findings: Iterable[Finding]) -> tuple[tuple[Gap, ...], tuple[Gap, ...]]:
    blocking = tuple(found.gap for found in findings if found.severity is Severity.BLOCKS)
    return blocking, tuple(found.gap for found in findings if found.severity is Severity.WARNS)


def find_current(
    session: Session, institution: str, student_code: str, class_year: ClassYear
) -> DocumentRow | None:
    """Find the pupil's document of this year that is current or on its way to be."""
    return _find_latest(session, institution, student_code, class_year, _CURRENT_OR_ON_THE_WAY)


def check_none_on_the_way(session: Session, document: DocumentRow) -> None:
    """
    Check that no other version of the document's series is under way.

    Raises:
        BatchError: one is.
    """
    other = session.exec(
        select(DocumentRow).where(
            DocumentRow.series_id == document.series_id,
            col(DocumentRow.state).in_(_ON_THE_WAY),
        )
    ).first()
    if other is not None:
        raise on_the_way_error(other)


def on_the_way_error(document: DocumentRow) -> BatchError:
    """Say that *document* has to come to its end first."""
    return BatchError(
        _(
            "version {version} of {transcript_code} is on its way (batch {batch_id}, {state}); run"
            " `hocba issue` for its class to finish it, then this command again"
        ).format(
            version=document.version,
            transcript_code=document.transcript_code,
            batch_id=document.batch_id,
            state=state_name(document.state),
        )
    )


def find_revoked(
    session: Session, institution: str, student_code: str, class_year: ClassYear
) -> DocumentRow | None:
    """Find the pupil's latest revoked document of this year."""
    states = (DocumentState.REVOKED,)
    return _find_latest(session, institution, student_code, class_year, states)


def _find_latest(
    session: Session,
    institution: str,
    student_code: str,
    class_year: ClassYear,
    states: Sequence[DocumentState],
) -> DocumentRow | None:
    return session.exec(
        select(DocumentRow)
        .join(TranscriptRow)
        .where(
            TranscriptRow.institution == institution,
            TranscriptRow.student_code == student_code,
            TranscriptRow.level == class_year.school_class.level,
            DocumentRow.kind == KIND,
            DocumentRow.school_year == class_year.school_class.school_year,
            col(DocumentRow.state).in_(states),
        )
        .order_by(col(DocumentRow.version).desc())
    ).first()
