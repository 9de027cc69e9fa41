"""What a school does at the end of the year: sync, check, issue, supersede, revoke, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, select

from transcript_service.class_year import ClassYear, PupilYear
from transcript_service.commands.office import Office
from transcript_service.database import only_process, read_session
from transcript_service.errors import ServiceError, UsageError
from transcript_service.issuance.anchoring import check_may_anchor
from transcript_service.issuance.batches import (
    UnfinishedBatch,
    cancel_batch,
    check_may_sign,
    cut_off_batches,
    reopen_lost_batches,
    run_batch,
    unfinished_batches,
)
from transcript_service.issuance.drafting import Correction, start_batch
from transcript_service.issuance.following import follow_registry
from transcript_service.issuance.office_holder import signed_by
from transcript_service.issuance.planning import ClassPlan, check_passes_gate, plan_class
from transcript_service.issuance.registry_view import view_of
from transcript_service.issuance.withdrawal import find_document, revoke_document
from transcript_service.lifecycle import DocumentState
from transcript_service.models import DocumentRow
from transcript_service.quality.checks import SchoolCheck
from transcript_service.quality.school import check_school
from transcript_service.records import load_class_year
from transcript_service.shared_database.mirror import SyncRun
from transcript_service.shared_database.sync import SyncOptions, sync
from transcript_service.shared_database.sync_report import SyncReport, last_runs
from verifier.errors import PolicyError, VerifierError
from verifier.messages import _
from verifier.policy import load_policy
from verifier.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOfYear:
    """Which class, by its code upstream, of which school year (`2025-2026`)."""

    class_code: str
    school_year: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What one call of `issue_class` did."""

    batch_id: int | None
    """None when nobody was ready."""
    documents: int
    """How many were handed out."""
    withdrawn: int
    """How many an authority revoked between anchoring and handing out."""
    plan: ClassPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """What became of the batches that were cut off."""

    finished: tuple[int, ...]
    troubles: tuple[ServiceError | VerifierError, ...]
    """Of each other one, why it waits or was cancelled."""


def sync_school(office: Office, school_year: str, *, full: bool = False) -> SyncReport:
    """Bring the mirror of the school's records up to date; read everything again if *full*."""
    first, *others = office.upstream
    return sync(
        office.engine,
        first,
        school_code=office.settings.school.shared_database.school_code,
        school_year=school_year,
        now=datetime.now(UTC),
        progress=office.desk.progress,
        options=SyncOptions(full=full, others=tuple(others)),
    )


def sync_log(office: Office, limit: int) -> list[SyncRun]:
    """Return the newest runs of `sync` for the school."""
    with read_session(office.engine) as session:
        runs = last_runs(session, office.settings.school.shared_database.school_code, limit)
        session.expunge_all()
        return runs


def check_quality(office: Office, school_year: str, class_code: str | None) -> SchoolCheck:
    """Hold the quality gate against a class, or against all classes of the school."""
    with read_session(office.engine) as session:
        return check_school(
            session,
            office.desk.institution,
            office.settings.school.shared_database.school_code,
            school_year,
            office.gate(),
            class_code=class_code,
            progress=lambda done, total: office.desk.progress(_("Checking classes"), done, total),
        )


def resume(office: Office) -> Resumed:
    """
    Finish the batches that were cut off, or whose anchor a rolled-back chain lost.

    What was revoked or superseded by an authority is taken over first. A batch that cannot go on
    stops no other one.

    Raises:
        Busy: another process is issuing or withdrawing.
        UsageError: the policy cannot be used: nothing is signed that could not be checked.
        VerifierError: the registry cannot be read.
        ChainError: likewise.
    """
    check_policy(office)
    desk = office.desk
    with only_process(office.engine):
        state = view_of(desk).state
        with desk.session() as session:
            follow_registry(session, desk, state)
            session.commit()
            troubles: list[ServiceError | VerifierError] = [
                *reopen_lost_batches(session, desk, state)
            ]
            batch_ids = cut_off_batches(session, desk)
        finished = []
        for batch_id in batch_ids:
            try:
                run_batch(desk, batch_id)
                finished.append(batch_id)
            except (ServiceError, VerifierError) as error:
                troubles.append(error)
    return Resumed(finished=tuple(finished), troubles=tuple(troubles))


def check_policy(office: Office) -> None:
    """Load the policy by which documents are checked, before anything is signed or anchored."""
    try:
        load_policy(office.desk.policy)
    except PolicyError as error:
        raise UsageError(str(error)) from error


def issue_class(office: Office, which: ClassOfYear) -> Issued:
    """
    Issue to every pupil of a class who has no gaps and no document of the year yet.

    Raises:
        BatchCancelled: the registry refused the batch for good.
        ServiceError: the batch pauses; `resume` goes on after the repair.
    """
    with only_process(office.engine):
        with office.desk.session() as session:
            class_year = load_class_year(session, which.class_code, which.school_year)
            plan = plan_class(session, office.desk.institution, class_year, office.gate())
            if not plan.ready:
                return Issued(batch_id=None, documents=0, withdrawn=0, plan=plan)
            batch_id = _start(session, office, class_year, plan.ready)
        run_batch(office.desk, batch_id, is_ready=True)
        withdrawn = _withdrawn(office, batch_id)
    documents = len(plan.ready) - withdrawn
    return Issued(batch_id=batch_id, documents=documents, withdrawn=withdrawn, plan=plan)


def _withdrawn(office: Office, batch_id: int) -> int:
    """Count the documents of a finished batch that were revoked on their way."""
    with read_session(office.engine) as session:
        revoked = select(DocumentRow).where(
            DocumentRow.batch_id == batch_id, DocumentRow.state == DocumentState.REVOKED
        )
        return len(session.exec(revoked).all())


def supersede(office: Office, which: ClassOfYear, student_code: str, reason: str) -> int:
    """
    Issue the next version of one pupil's document from the records as they are now.

    Raises:
        BatchError: nothing issued yet, or another version is on its way.
        UsageError: no such pupil, no reason, or the records say what is issued already.
    """
    if not reason.strip():
        raise UsageError(_("a correction needs a reason; give one with --reason"))
    with only_process(office.engine):
        with office.desk.session() as session:
            class_year = load_class_year(session, which.class_code, which.school_year)
            pupils = [one for one in class_year.pupils if one.pupil.student_code == student_code]
            if not pupils:
                raise UsageError(
                    _("class {class_code} has no pupil {student_code}; see the class list").format(
                        class_code=which.class_code, student_code=student_code
                    )
                )
            check_passes_gate(
                session, office.desk.institution, class_year, student_code, office.gate()
            )
            correction = Correction(student_code=student_code, reason=reason)
            batch_id = _start(session, office, class_year, pupils, correction)
        run_batch(office.desk, batch_id, is_ready=True)
    return batch_id


def revoke(
    office: Office, transcript_code: str, school_year: str, version: int, reason: Reason
) -> DocumentRow:
    """Revoke one issued document; see `issuance.withdrawal`."""
    check_policy(office)
    with only_process(office.engine), office.desk.session() as session:
        document = find_document(
            session, office.desk.institution, transcript_code, school_year, version
        )
        revoke_document(session, office.desk, document, reason)
        session.refresh(document)
        session.expunge(document)
        return document


def unfinished(office: Office) -> list[UnfinishedBatch]:
    """List the batches that were begun and are neither finished nor cancelled, oldest first."""
    with read_session(office.engine) as session:
        return unfinished_batches(session, office.desk)


def cancel(office: Office, batch_id: int, reason: str) -> None:
    """
    Cancel a batch that was begun; see `issuance.cancelling`.

    Raises:
        Busy: another process is issuing or withdrawing.
        UsageError: no such unfinished batch.
        BatchError: it is anchored, or may be yet.
        VerifierError: the registry cannot be read.
    """
    with only_process(office.engine):
        cancel_batch(office.desk, batch_id, reason)


def _start(
    session: Session,
    office: Office,
    class_year: ClassYear,
    pupils: Sequence[PupilYear],
    correction: Correction | None = None,
) -> int:
    """Write the batch, once it is sure that strangers and the registry would accept it now."""
    session.commit()  # nobody waits for a lock while others are asked
    check_policy(office)
    check_may_sign(office.desk, office.desk.level)
    check_may_anchor(office.desk)
    class_year = signed_by(class_year, office.desk.office)
    return start_batch(
        session,
        office.desk,
        class_year,
        pupils,
        printing=office.settings.school.printing,
        policy=office.rules,
        correction=correction,
    )
