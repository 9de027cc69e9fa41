"""The steps from sealed PDFs to an anchored batch: tree, anchor, publish the manifest."""

import secrets

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from transcript_service.errors import BatchError
from transcript_service.issuance.desk import Desk, move
from transcript_service.issuance.identities import declaration_of
from transcript_service.issuance.merkle_tree import MerkleTree, build_tree
from transcript_service.issuance.mined_transaction import MinedTransaction
from transcript_service.issuance.registry_calls import (
    Entry as ChainEntry,
)
from transcript_service.issuance.registry_calls import (
    Supersession,
    anchor_and_supersede,
    anchor_batch,
    publish_manifest,
)
from transcript_service.issuance.signers import signers_of
from transcript_service.issuance.transactions import Purpose, settle
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, DocumentRow
from verifier.entry import Entry
from verifier.manifest import DeclaredCertificate, Manifest, ManifestEntry, manifest_to_json
from verifier.messages import _
from verifier.reasons import Reason
from verifier.registry_events import Use

ANCHOR = "anchor"
PUBLISH = "publish"


def documents_of(session: Session, batch_id: int) -> list[DocumentRow]:
    """Return the documents of a batch in the order of its tree, without their transcripts."""
    return list(
        session.exec(
            select(DocumentRow)
            .where(DocumentRow.batch_id == batch_id)
            .order_by(col(DocumentRow.position))
            .options(defer(DocumentRow.transcript_json))  # type: ignore[arg-type]  # a column
        ).all()
    )


def entry_of(document: DocumentRow) -> Entry:
    """
    Return the log entry of a sealed document (69 bytes when written).

    Raises:
        BatchError: it has no digest yet.
    """
    if document.document_digest is None:
        raise BatchError(_("document {stem} is not sealed yet").format(stem=document.file_stem))
    return Entry(
        document_digest=document.document_digest,
        series_id=document.series_id,
        version=document.version,
    )


def tree_of(session: Session, batch_id: int) -> MerkleTree:
    """Build the tree of a batch again from its rows."""
    return build_tree([entry_of(row).leaf_hash() for row in documents_of(session, batch_id)])


def tree_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Fix the batch: its root and the bytes of its manifest, in one transaction."""
    rows = documents_of(session, batch.id or 0)
    root = build_tree([entry_of(row).leaf_hash() for row in rows]).root
    batch.root = root
    batch.manifest = manifest_to_json(
        Manifest(
            institution=desk.institution,
            root=root,
            size=len(rows),
            certificates=_certificates(session, desk, batch),
            entries=tuple(_manifest_entry(row) for row in rows),
        )
    )
    session.add(batch)
    for row in rows:
        move(desk, session, row, DocumentState.ANCHORING)


def _certificates(session: Session, desk: Desk, batch: BatchRow) -> tuple[DeclaredCertificate, ...]:
    """Name everyone who signed, each identity once."""
    found = {(declaration_of(use, key), use): None for use, key in signers_of(session, desk, batch)}
    return tuple(
        DeclaredCertificate(identity=identity, use="PRINCIPAL" if use is Use.PRINCIPAL else "SEAL")
        for identity, use in found
    )


def check_may_anchor(desk: Desk) -> None:
    """
    Ask before anything is signed whether the registry would take a batch of this school now.

    Raises:
        RegistryRefused: it would not: the account has no right any more, the registry is retired.
        ChainError: the node does not answer.
    """
    registry = desk.registry
    call = anchor_batch(desk.institution, secrets.token_bytes(32), 1, b"")
    registry.writer.dry_run(registry.account, call)


def anchor_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Anchor the batch in one transaction, which supersedes what its documents correct."""
    anchored(session, desk, batch)


def anchored(session: Session, desk: Desk, batch: BatchRow) -> MinedTransaction:
    """See to it that the batch is anchored, once; return where."""
    purpose = Purpose(name=ANCHOR, batch_id=batch.id)
    return settle(session, desk, purpose, desk.registry.account, _anchor_call(session, desk, batch))


def publish_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Put the manifest's bytes on chain, where the school does so."""
    if not batch.publish:
        return
    _root, manifest = fixed(batch)
    purpose = Purpose(name=PUBLISH, batch_id=batch.id)
    settle(session, desk, purpose, desk.registry.account, publish_manifest(manifest))


def fixed(batch: BatchRow) -> tuple[bytes, bytes]:
    """
    Return root and manifest of a batch whose tree is built.

    Raises:
        BatchError: the tree step has not run.
    """
    if batch.root is None or batch.manifest is None:
        raise BatchError(_("batch {batch_id} has no tree yet").format(batch_id=batch.id))
    return batch.root, batch.manifest


def chain_entry(session: Session, document: DocumentRow) -> ChainEntry:
    """Return a document's entry with its inclusion proof, as the contract takes it."""
    batch = session.get_one(BatchRow, document.batch_id)
    tree = tree_of(session, document.batch_id)
    entry = entry_of(document)
    return ChainEntry(
        institution=batch.institution,
        root=tree.root,
        index=document.position,
        document_digest=entry.document_digest,
        series_id=entry.series_id,
        version=entry.version,
        proof=tree.inclusion_proof(document.position),
    )


def _anchor_call(session: Session, desk: Desk, batch: BatchRow) -> bytes:
    root, manifest = fixed(batch)
    rows = documents_of(session, batch.id or 0)
    supersessions = tuple(
        Supersession(
            predecessor=chain_entry(session, session.get_one(DocumentRow, row.predecessor_id)),
            successor=chain_entry(session, row),
            reason=Reason.CORRECTION,
        )
        for row in rows
        if row.predecessor_id is not None
    )
    if supersessions:
        return anchor_and_supersede(desk.institution, root, len(rows), manifest, supersessions)
    return anchor_batch(desk.institution, root, len(rows), manifest)


def _manifest_entry(document: DocumentRow) -> ManifestEntry:
    entry = entry_of(document)
    return ManifestEntry(
        document_digest=entry.document_digest,
        document_size=document.document_size or 0,
        series_id=entry.series_id,
        version=entry.version,
    )
