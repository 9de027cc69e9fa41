"""
Start a batch: the transcripts of a class as rows, complete or not at all.

Everything about a batch that is chosen (codes, series keys, versions, order, the moment of
signing) is chosen here, in one transaction; the steps after it only carry it out.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from transcript_service.assemble import assemble, find_gaps, find_warnings
from transcript_service.class_year import ClassYear, PupilYear
from transcript_service.documents.render import rendering_identity
from transcript_service.errors import BatchError
from transcript_service.issuance.desk import Desk, move
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, DocumentRow, TranscriptRow
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.settings import PrintingSettings
from transcript_service.transcript import DocumentIdentity, Gap
from verifier.canonical import canonical_json
from verifier.entry import series_id
from verifier.messages import _
from verifier.transcript_code import make_transcript_code

KIND = "YEAR"
VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
CURRENT_OR_ON_THE_WAY = tuple(
    state
    for state in DocumentState
    if state not in {DocumentState.CANCELLED, DocumentState.SUPERSEDED, DocumentState.REVOKED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """What issuing a class would do: who goes, who is stopped and why, who has it already."""

    ready: tuple[PupilYear, ...]
    stopped: tuple[tuple[str, tuple[Gap, ...]], ...]
    """`(student_code, gaps)`."""
    issued: tuple[str, ...]
    """Student codes that have a current document of this year."""
    warnings: tuple[tuple[str, tuple[Gap, ...]], ...]
    """`(student_code, gaps)` of those who are not stopped, but whom a person should look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Why a new version of one pupil's document is issued."""

    student_code: str
    reason: str


def plan_class(
    session: Session, institution: str, class_year: ClassYear, policy: RulePolicy
) -> ClassPlan:
    """Sort the pupils of a class: ready, stopped by gaps, or already issued."""
    ready, stopped, issued, warnings = [], [], [], []
    for pupil_year in class_year.pupils:
        student_code = pupil_year.pupil.student_code
        gaps = find_gaps(class_year, pupil_year, policy)
        if find_current(session, institution, student_code, class_year):
            issued.append(student_code)
        elif gaps:
            stopped.append((student_code, gaps))
        else:
            ready.append(pupil_year)
            doubts = find_warnings(class_year, pupil_year, policy)
            warnings.extend([(student_code, doubts)] if doubts else [])
    return ClassPlan(
        ready=tuple(ready), stopped=tuple(stopped), issued=tuple(issued), warnings=tuple(warnings)
    )


def find_current(
    session: Session, institution: str, student_code: str, class_year: ClassYear
) -> DocumentRow | None:
    """Find the pupil's document of this year that is current or on its way to be."""
    return session.exec(
        select(DocumentRow)
        .join(TranscriptRow)
        .where(
            TranscriptRow.institution == institution,
            TranscriptRow.student_code == student_code,
            TranscriptRow.level == class_year.school_class.level,
            DocumentRow.kind == KIND,
            DocumentRow.school_year == class_year.school_class.school_year,
            col(DocumentRow.state).in_(CURRENT_OR_ON_THE_WAY),
        )
    ).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What all documents of one batch share while they are drafted."""

    desk: Desk
    class_year: ClassYear
    batch: BatchRow
    printing: PrintingSettings
    rendering: dict[str, str]
    policy: RulePolicy


def start_batch(
    session: Session,
    desk: Desk,
    class_year: ClassYear,
    pupils: Sequence[PupilYear],
    *,
    printing: PrintingSettings,
    policy: RulePolicy,
    correction: Correction | None = None,
) -> int:
    """
    Write a batch with one draft for each of *pupils*, in one transaction, and return its id.

    With a *correction* it is a new version, and the current one becomes its predecessor.

    Raises:
        Incomplete: a pupil has gaps.
        BatchError: no pupil; or a correction of what was never issued.
    """
    if not pupils:
        raise BatchError(
            _("there is nobody to issue to: clear the errors that `hocba check` lists")
        )
    now = desk.now()
    batch = BatchRow(
        institution=desk.institution,
        class_code=class_year.school_class.class_code,
        school_year=class_year.school_class.school_year,
        created_at=desk.stamp(),
        signed_at=desk.stamp(),
        publish=desk.registry.publish_manifests,
    )
    session.add(batch)
    session.flush()
    draft = _Draft(
        desk=desk,
        class_year=class_year,
        batch=batch,
        printing=printing,
        rendering=_rendering(now, class_year, printing),
        policy=policy,
    )
    for position, pupil_year in enumerate(pupils):
        _draft_document(session, draft, position, pupil_year, correction)
    session.commit()
    if batch.id is None:
        raise BatchError(_("the database gave the batch no number"))
    return batch.id


def _rendering(now: datetime, class_year: ClassYear, printing: PrintingSettings) -> dict[str, str]:
    """Return the `rendering` object: what fixes the PDF's bytes besides the data."""
    identity = rendering_identity()
    return {
        "template": identity.template,
        "template_digest": identity.template_digest,
        "fonts_digest": identity.fonts_digest,
        "typst_version": identity.typst_version,
        "created_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lookup_url": printing.lookup_url,
        "place": class_year.school.commune,
        "approved_on": now.astimezone(VIET_NAM).date().isoformat(),
    }


def _draft_document(
    session: Session,
    draft: _Draft,
    position: int,
    pupil_year: PupilYear,
    correction: Correction | None,
) -> None:
    transcript = _transcript(session, draft, pupil_year.pupil.student_code)
    predecessor = _predecessor(session, draft, pupil_year.pupil.student_code, correction)
    version = _next_version(session, transcript.transcript_code, draft.batch.school_year)
    document = assemble(
        draft.class_year,
        pupil_year,
        DocumentIdentity(
            institution=draft.desk.institution,
            transcript_code=transcript.transcript_code,
            series_key=transcript.series_key,
            version=version,
            supersedes=_superseded(predecessor, correction),
        ),
        draft.rendering,
        draft.policy,
    )
    row = DocumentRow(
        transcript_code=transcript.transcript_code,
        kind=KIND,
        school_year=draft.batch.school_year,
        version=version,
        batch_id=draft.batch.id or 0,
        position=position,
        state=DocumentState.DRAFT,
        transcript_json=canonical_json(document),
        series_id=series_id(transcript.series_key, KIND, draft.batch.school_year),
        predecessor_id=predecessor.id if predecessor else None,
        correction_reason=correction.reason if correction else None,
    )
    session.add(row)
    session.flush()
    move(draft.desk, session, row, DocumentState.DATA_CONFIRMED)


def _superseded(
    predecessor: DocumentRow | None, correction: Correction | None
) -> dict[str, object] | None:
    """Return the `supersedes` object of a correction, None for a first version."""
    if predecessor is None or predecessor.document_digest is None or correction is None:
        return None
    return {
        "version": predecessor.version,
        "document_digest": f"0x{predecessor.document_digest.hex()}",
        "reason": correction.reason,
    }


def _transcript(session: Session, draft: _Draft, student_code: str) -> TranscriptRow:
    """Get the pupil's transcript, or make one: its code and series key never change again."""
    level = draft.class_year.school_class.level
    found = session.exec(
        select(TranscriptRow).where(
            TranscriptRow.institution == draft.desk.institution,
            TranscriptRow.student_code == student_code,
            TranscriptRow.level == level,
        )
    ).first()
    if found is not None:
        return found
    made = TranscriptRow(
        transcript_code=make_transcript_code(
            level, draft.desk.now().year, prefix=draft.printing.transcript_code_prefix
        ),
        institution=draft.desk.institution,
        student_code=student_code,
        level=level,
        series_key=secrets.token_bytes(32),
    )
    session.add(made)
    session.flush()
    return made


def _predecessor(
    session: Session, draft: _Draft, student_code: str, correction: Correction | None
) -> DocumentRow | None:
    current = find_current(session, draft.desk.institution, student_code, draft.class_year)
    if correction is None:
        if current is not None:
            raise BatchError(
                _(
                    "pupil {student_code} has version {version} already; "
                    "correct it with `hocba supersede`"
                ).format(student_code=student_code, version=current.version)
            )
        return None
    if current is None or current.state != DocumentState.ISSUED:
        raise BatchError(
            _("pupil {student_code} has no issued document of {school_year} to correct").format(
                student_code=student_code, school_year=draft.batch.school_year
            )
        )
    return current


def _next_version(session: Session, transcript_code: str, school_year: str) -> int:
    versions = session.exec(
        select(DocumentRow.version).where(
            DocumentRow.transcript_code == transcript_code,
            DocumentRow.kind == KIND,
            DocumentRow.school_year == school_year,
            DocumentRow.state != DocumentState.CANCELLED,
        )
    ).all()
    return max(versions, default=0) + 1
