"""What a school does at the end of the year: sync, check, issue, supersede, revoke."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from transcript_service.class_year import ClassYear, PupilYear
from transcript_service.commands.office import Office
from transcript_service.database import read_session
from transcript_service.errors import BatchError, UsageError
from transcript_service.issuance.batches import cut_off_batches, run_batch
from transcript_service.issuance.drafting import Correction, start_batch
from transcript_service.issuance.planning import ClassPlan, plan_class
from transcript_service.issuance.withdrawal import find_document, revoke_document
from transcript_service.models import DocumentRow
from transcript_service.records import load_class_year
from transcript_service.shared_database.sync import SyncReport, sync
from verifier.errors import PolicyError
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
    plan: ClassPlan
    resumed: int
    """How many batches that were cut off were finished first."""


def sync_school(office: Office, school_year: str) -> SyncReport:
    """Bring the mirror of the school's records up to date."""
    return sync(
        office.engine,
        office.upstream,
        school_code=office.settings.school.shared_database.school_code,
        school_year=school_year,
        now=datetime.now(UTC),
        progress=office.desk.progress,
    )


def check_class(office: Office, which: ClassOfYear) -> ClassPlan:
    """Say who of a class could be issued now, and what stops the others."""
    with read_session(office.engine) as session:
        class_year = load_class_year(session, which.class_code, which.school_year)
        return plan_class(session, office.desk.institution, class_year, office.rules)


def resume(office: Office) -> Sequence[int]:
    """
    Finish the batches that were cut off; return their numbers.

    Raises:
        UsageError: the policy cannot be used: nothing is signed that could not be checked.
    """
    check_policy(office)
    with read_session(office.engine) as session:
        batch_ids = cut_off_batches(session, office.desk)
    for batch_id in batch_ids:
        run_batch(office.desk, batch_id)
    return batch_ids


def check_policy(office: Office) -> None:
    """Load the policy by which documents are checked, before anything is signed or anchored."""
    try:
        load_policy(office.desk.policy)
    except PolicyError as error:
        raise UsageError(str(error)) from error


def issue_class(office: Office, which: ClassOfYear) -> Issued:
    """
    Issue to every pupil of a class who has no gaps and no document of the year yet.

    Batches that were cut off are finished first.

    Raises:
        ServiceError: the batch pauses; call again after the repair.
    """
    resumed = resume(office)
    with office.desk.session() as session:
        class_year = load_class_year(session, which.class_code, which.school_year)
        plan = plan_class(session, office.desk.institution, class_year, office.rules)
        if not plan.ready:
            return Issued(batch_id=None, documents=0, plan=plan, resumed=len(resumed))
        batch_id = _start(session, office, class_year, plan.ready)
    run_batch(office.desk, batch_id)
    return Issued(batch_id=batch_id, documents=len(plan.ready), plan=plan, resumed=len(resumed))


def supersede(office: Office, which: ClassOfYear, student_code: str, reason: str) -> int:
    """
    Issue the next version of one pupil's document from the records as they are now.

    Raises:
        BatchError: no such pupil in the class, or nothing issued yet.
        UsageError: no reason, or the records say what is issued already.
    """
    if not reason.strip():
        raise UsageError(_("a correction needs a reason; give one with --reason"))
    resume(office)
    with office.desk.session() as session:
        class_year = load_class_year(session, which.class_code, which.school_year)
        pupils = [one for one in class_year.pupils if one.pupil.student_code == student_code]
        if not pupils:
            raise BatchError(
                _("class {class_code} has no pupil {student_code}; see the class list").format(
                    class_code=which.class_code, student_code=student_code
                )
            )
        correction = Correction(student_code=student_code, reason=reason)
        batch_id = _start(session, office, class_year, pupils, correction)
    run_batch(office.desk, batch_id)
    return batch_id


def revoke(
    office: Office, transcript_code: str, school_year: str, version: int, reason: Reason
) -> DocumentRow:
    """Revoke one issued document; see `issuance.withdrawal`."""
    with office.desk.session() as session:
        document = find_document(
            session, office.desk.institution, transcript_code, school_year, version
        )
        revoke_document(session, office.desk, document, reason)
        session.refresh(document)
        session.expunge(document)
        return document


def _start(
    session: Session,
    office: Office,
    class_year: ClassYear,
    pupils: Sequence[PupilYear],
    correction: Correction | None = None,
) -> int:
    printing = office.settings.school.printing
    return start_batch(
        session,
        office.desk,
        class_year,
        pupils,
        printing=printing,
        policy=office.rules,
        correction=correction,
    )
