"""
The last steps of a batch: receipts, a check by the verifier, and the way into the folders.

Nothing is handed out before the verifier, with the policy that strangers use, has called it
TOTAL-PASSED.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from sqlmodel import Session

from signing.profile import Level
from transcript_service.errors import BatchError
from transcript_service.files import write_whole
from transcript_service.issuance.anchoring import (
    anchored,
    documents_of,
    entry_of,
    fixed,
    tree_of,
)
from transcript_service.issuance.desk import REGISTRY_ACTOR, Desk, move
from transcript_service.issuance.jobs import CheckTask, check_document
from transcript_service.issuance.readiness import check_declared
from transcript_service.issuance.registry_view import view_of
from transcript_service.issuance.signers import signers_of
from transcript_service.issuance.stages import finished_file
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, DocumentRow
from verifier.errors import SubReason
from verifier.messages import _
from verifier.receipt import Receipt, receipt_to_json
from verifier.registry_state import RegistryState
from verifier.report import Report, Verdict
from verifier.signature_finding import Indication
from verifier.system_words import why

_WITHDRAWN = (SubReason.SUPERSEDED, SubReason.REVOKED)


def receipt_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Write the receipts of the batch, once its block is final."""
    root, _manifest = fixed(batch)
    mined = anchored(session, desk, batch)
    record = view_of(desk).state.batch(batch.institution, root)
    if record is None:
        raise BatchError(
            _("batch {batch_id} is anchored, but its block is not final yet; resume later").format(
                batch_id=batch.id
            )
        )
    tree = tree_of(session, batch.id or 0)
    rows = documents_of(session, batch.id or 0)
    for row, proof in zip(rows, tree.inclusion_proofs(), strict=True):
        receipt = Receipt(
            document_digest=row.document_digest or b"",
            document_size=row.document_size or 0,
            series_id=row.series_id,
            version=row.version,
            leaf_index=row.position,
            tree_size=tree.size,
            inclusion_proof=proof,
            root=root,
            institution=batch.institution,
            chain_id=desk.registry.writer.chain_id,
            registry=desk.registry.writer.address,
            transaction_hash=mined.transaction_hash,
            block_number=mined.block_number,
            block_hash=mined.block_hash,
            history_size=record.history_size,
            history_head=record.history_head,
        )
        write_whole(_receipt_file(desk, batch, row), receipt_to_json(receipt))


def trial_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """
    Ask before anything is anchored whether it would pass.

    The registry must know everyone who signed, and the verifier accept the signatures of the first
    and of the last document, between which keys or services may have changed: what is made alike
    is refused alike. Each document is judged after anchoring (ADR 0009).

    Raises:
        BatchError: it says what the verifier found.
    """
    signers = signers_of(session, desk, batch)
    rows = documents_of(session, batch.id or 0)
    session.commit()  # nobody waits for a lock while this is looked at
    check_declared(desk, Level(batch.level), signers)
    tried = [*rows[:1], *rows[1:][-1:]]
    for row, report in zip(tried, _verify(desk, batch, tried), strict=True):
        for finding in report.signatures:
            if finding.indication is not Indication.TOTAL_PASSED:
                raise _unfit(desk, row, finding.sub_indication)
        if report.verdict is Verdict.TOTAL_FAILED:
            raise _unfit(desk, row, report.sub_reason)


def _verify(desk: Desk, batch: BatchRow, rows: Sequence[DocumentRow]) -> Iterator[Report]:
    """Verify documents by one state of the registry, as a stranger would."""
    this_round, now = uuid4().hex, desk.now()
    tasks = (
        CheckTask(
            path=finished_file(desk, batch, row), policy=desk.policy, now=now, round=this_round
        )
        for row in rows
    )
    return desk.workshop.each(check_document, tasks, keys={})


def _unfit(desk: Desk, row: DocumentRow, reason: object) -> BatchError:
    return BatchError(
        _(
            "nothing is anchored: {stem} would not pass the policy {policy}: {reason}; repair that,"
            " then run the same command again"
        ).format(stem=row.file_stem, policy=desk.policy, reason=reason)
    )


def check_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """
    Verify every document as a stranger would, before anyone gets it.

    One that an authority has withdrawn meanwhile, or anybody where the batch is anchored again, is
    found to be so, and stops no other one.
    """
    rows = documents_of(session, batch.id or 0)
    session.commit()  # nobody waits for a lock while they are verified
    reports = _verify(desk, batch, rows)
    for at, (row, report) in enumerate(zip(rows, reports, strict=True), start=1):
        if report.verdict is not Verdict.TOTAL_PASSED and report.sub_reason not in _WITHDRAWN:
            raise BatchError(
                _(
                    "document {stem} is anchored, but does not pass the policy {policy}: {reason}"
                ).format(stem=row.file_stem, policy=desk.policy, reason=report.sub_reason)
            )
        desk.progress("check", at, len(rows))


def release_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """
    Put documents, receipts and the manifest where people look for them.

    What an authority withdrew since it was anchored goes where withdrawn documents are. Of a batch
    that is anchored again, the documents stay in their states and get new receipts.
    """
    state = view_of(desk).state
    folders = desk.folders
    root, manifest = fixed(batch)
    write_whole(folders.manifests / f"0x{root.hex()}.manifest.json", manifest)
    for row in documents_of(session, batch.id or 0):
        _arrive(session, desk, state, row)
        pdf = finished_file(desk, batch, row).read_bytes()
        receipt = _receipt_file(desk, batch, row).read_bytes()
        _put(folders.archive, row, pdf, receipt)
        if row.state == DocumentState.ISSUED:
            _put(folders.transcripts, row, pdf, receipt)
        else:
            take_out(desk, row, folders.of(DocumentState(row.state)))
        if row.predecessor_id is not None:
            predecessor = session.get_one(DocumentRow, row.predecessor_id)
            take_out(desk, predecessor, folders.superseded)
            if predecessor.state == DocumentState.ISSUED:
                move(desk, session, predecessor, DocumentState.SUPERSEDED)
    batch.finished_at = desk.stamp()
    session.add(batch)


def _arrive(session: Session, desk: Desk, state: RegistryState, row: DocumentRow) -> None:
    """Take a document to its state by the registry: an authority may have withdrawn it already."""
    if row.state not in {DocumentState.ANCHORING, DocumentState.ISSUED}:
        return
    found = state.status(desk.institution, entry_of(row).leaf_hash())
    if found is not None:
        by_registry = replace(desk, actor=REGISTRY_ACTOR)
        move(by_registry, session, row, DocumentState(found.status))
    elif row.state == DocumentState.ANCHORING:
        move(desk, session, row, DocumentState.ISSUED)


def restore_finished(desk: Desk, batch: BatchRow, document: DocumentRow) -> None:
    """
    Bring an issued PDF back to where its batch works.

    Raises:
        BatchError: it cannot be read from the archive.
    """
    archived = desk.folders.archive / f"{document.file_stem}.pdf"
    try:
        write_whole(finished_file(desk, batch, document), archived.read_bytes())
    except OSError as error:
        raise BatchError(
            _(
                "the chain has lost the batch of {path}, which cannot be read ({problem}); put it"
                " back from a backup, then run the same command again"
            ).format(path=archived, problem=why(error))
        ) from error


def take_out(desk: Desk, document: DocumentRow, destination: Path) -> None:
    """Move a document that is no longer current from the transcripts to *destination*."""
    for suffix in (".pdf", ".receipt.json"):
        name = document.file_stem + suffix
        archived = desk.folders.archive / name
        if archived.exists():
            write_whole(destination / name, archived.read_bytes())
        (desk.folders.transcripts / name).unlink(missing_ok=True)


def _put(folder: Path, document: DocumentRow, pdf: bytes, receipt: bytes) -> None:
    write_whole(folder / f"{document.file_stem}.receipt.json", receipt)
    write_whole(folder / f"{document.file_stem}.pdf", pdf)


def _receipt_file(desk: Desk, batch: BatchRow, document: DocumentRow) -> Path:
    """Return where the receipt waits: beside the PDF, under the name that it pairs with."""
    return finished_file(desk, batch, document).with_suffix(".receipt.json")
