"""Who of a class can be issued now, who is stopped and why, who has a document already."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from transcript_service.assemble import examine
from transcript_service.class_year import ClassYear, PupilYear
from transcript_service.errors import BatchError
from transcript_service.lifecycle import DocumentState, state_name
from transcript_service.models import DocumentRow, TranscriptRow
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.transcript import Gap
from verifier.messages import _

KIND = "YEAR"
_ENDED = frozenset({DocumentState.CANCELLED, DocumentState.SUPERSEDED, DocumentState.REVOKED})
_CURRENT_OR_ON_THE_WAY = tuple(state for state in DocumentState if state not in _ENDED)
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


def plan_class(
    session: Session, institution: str, class_year: ClassYear, policy: RulePolicy
) -> ClassPlan:
    """Sort the pupils of a class: ready, stopped by gaps, or already issued."""
    ready, stopped, withdrawn, warnings = [], [], [], []
    issued: list[str] = []
    on_the_way: list[str] = []
    for pupil_year in class_year.pupils:
        student_code = pupil_year.pupil.student_code
        found = examine(class_year, pupil_year, policy)
        gaps = found.gaps
        current = find_current(session, institution, student_code, class_year)
        if current is not None:
            (issued if current.state == DocumentState.ISSUED else on_the_way).append(student_code)
        elif find_revoked(session, institution, student_code, class_year):
            withdrawn.append(student_code)
        elif gaps:
            stopped.append((student_code, gaps))
        else:
            ready.append(pupil_year)
            warnings.extend([(student_code, found.warnings)] if found.warnings else [])
    return ClassPlan(
        ready=tuple(ready),
        stopped=tuple(stopped),
        issued=tuple(issued),
        on_the_way=tuple(on_the_way),
        withdrawn=tuple(withdrawn),
        warnings=tuple(warnings),
    )


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
