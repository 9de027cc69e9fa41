"""
Start a batch: the transcripts of a class as rows, complete or not at all.

Everything about a batch that is chosen (codes, series keys, versions, order, the moment of
signing) is chosen here, in one transaction; the steps after it only carry it out.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from transcript_service.assemble import KIND, assemble
from transcript_service.class_year import ClassYear, PupilYear
from transcript_service.documents.render import YEAR_TEMPLATES, rendering_identity
from transcript_service.errors import BatchError, UsageError
from transcript_service.issuance.desk import Desk, move
from transcript_service.issuance.planning import (
    find_current,
    find_revoked,
    on_the_way_error,
)
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, DocumentRow, TranscriptRow
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.settings import PrintingSettings
from transcript_service.transcript import DocumentIdentity
from verifier.canonical import canonical_json
from verifier.entry import series_id
from verifier.messages import _
from verifier.printing import VIET_NAM
from verifier.transcript_code import make_transcript_code

_PARTS_FROM_RECORDS = ("pupil", "school", "results", "confirmations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Why a new version of one pupil's document is issued."""

    student_code: str
    reason: str


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
        level=desk.level,
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
    level = class_year.school_class.level
    identity = rendering_identity(YEAR_TEMPLATES.get(level, level))
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
    identity = DocumentIdentity(
        institution=draft.desk.institution,
        transcript_code=transcript.transcript_code,
        series_key=transcript.series_key,
        version=version,
        supersedes=_superseded(predecessor, correction),
    )
    document = _assemble(draft, pupil_year, identity)
    _check_changed(predecessor, document)
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
        predecessor_id=_superseded_id(predecessor),
        correction_reason=correction.reason if correction else None,
    )
    session.add(row)
    session.flush()
    move(draft.desk, session, row, DocumentState.DATA_CONFIRMED)


def _assemble(
    draft: _Draft, pupil_year: PupilYear, identity: DocumentIdentity
) -> dict[str, object]:
    order = draft.printing.subjects_of_page_a(draft.class_year.school_class.level)
    return assemble(
        draft.class_year,
        pupil_year,
        identity,
        draft.rendering,
        draft.policy,
        subject_order=order,
    )


def _superseded_id(predecessor: DocumentRow | None) -> int | None:
    """Return what the registry has to supersede: nothing where it was revoked before."""
    if predecessor is None or predecessor.state != DocumentState.ISSUED:
        return None
    return predecessor.id


def _check_changed(predecessor: DocumentRow | None, document: dict[str, object]) -> None:
    """Refuse a correction that says what the issued version says already."""
    if predecessor is None or predecessor.state != DocumentState.ISSUED:
        return
    issued = json.loads(predecessor.transcript_json)
    if all(document[part] == issued[part] for part in _PARTS_FROM_RECORDS):
        raise UsageError(
            _(
                "{stem} already says what the records say; correct them in the shared database and "
                "run `hocba sync` before `hocba supersede`"
            ).format(stem=predecessor.file_stem)
        )


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
    if current is not None and current.state != DocumentState.ISSUED:
        raise on_the_way_error(current)
    if correction is None:
        if current is not None:
            raise BatchError(
                _(
                    "pupil {student_code} has version {version} already; "
                    "correct it with `hocba supersede`"
                ).format(student_code=student_code, version=current.version)
            )
        return None
    if current is None:
        current = find_revoked(session, draft.desk.institution, student_code, draft.class_year)
    if current is None:
        raise BatchError(
            _("pupil {student_code} has no issued document of {school_year} to correct").format(
                student_code=student_code, school_year=draft.batch.school_year
            )
        )
    return current


def _next_version(session: Session, transcript_code: str, school_year: str) -> int:
    """Return a number that no version had, not even one that was signed and then cancelled."""
    versions = session.exec(
        select(DocumentRow.version).where(
            DocumentRow.transcript_code == transcript_code,
            DocumentRow.kind == KIND,
            DocumentRow.school_year == school_year,
        )
    ).all()
    return max(versions, default=0) + 1
