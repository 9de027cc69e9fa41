"""Rebuilding every anchored batch from its manifest: from the folder, else from the chain."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from verifier.audit_findings import AuditCode, AuditFinding, contradiction, could_not_look
from verifier.errors import InvalidFormat
from verifier.fields import to_hex
from verifier.manifest import (
    MAX_MANIFEST_BYTES,
    Manifest,
    ManifestEntry,
    manifest_digest,
    parse_any_spelling,
    parse_manifest,
)
from verifier.merkle import tree_head
from verifier.messages import _
from verifier.registry_events import Use
from verifier.registry_records import BatchRecord
from verifier.registry_state import RegistryState
from verifier.regular_file import open_regular

MANIFEST_PATTERN = "*.manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseManifest:
    """A manifest of an anchored batch that is not the one that was anchored."""

    path: Path
    manifest: Manifest
    batch: BatchRecord


@dataclass(slots=True, kw_only=True)
class RebuiltBatches:
    """
    What is known of each batch.

    Args:
        manifests: the true manifest of each batch that has one, by (institution, root).
        false: manifests of the folder that are not the anchored ones.
        withheld: batches without a true manifest.
        findings: what was found on the way.
    """

    manifests: dict[tuple[str, bytes], Manifest] = field(default_factory=dict)
    false: list[FalseManifest] = field(default_factory=list)
    withheld: list[BatchRecord] = field(default_factory=list)
    findings: list[AuditFinding] = field(default_factory=list)


def rebuild_batches(
    state: RegistryState, published: Mapping[bytes, bytes], folder: Path | None
) -> RebuiltBatches:
    """
    Find the manifest of every anchored batch and rebuild its root.

    Args:
        state: the folded registry.
        published: bytes of the manifests on chain, by digest.
        folder: where `*.manifest.json` lie; None for the chain alone.
    """
    rebuilt = RebuiltBatches()
    if folder is not None:
        _read_folder(state, folder, rebuilt)
    for key, batch in state.batches.items():
        if key not in rebuilt.manifests:
            _read_published(batch, published, rebuilt)
    for key, manifest in rebuilt.manifests.items():
        rebuilt.findings.extend(_check_batch(state, state.batches[key], manifest))
    for false in rebuilt.false:
        rebuilt.findings.extend(_name_altered(false, rebuilt))
    for batch in rebuilt.withheld:
        message = _("batch {root} of {institution}: its manifest is neither at hand nor on chain")
        rebuilt.findings.append(
            could_not_look(
                AuditCode.MANIFEST_WITHHELD,
                message.format(root=to_hex(batch.root), institution=batch.institution),
                institution=batch.institution,
                root=batch.root,
            )
        )
    return rebuilt


def _read_folder(state: RegistryState, folder: Path, rebuilt: RebuiltBatches) -> None:
    for path in sorted(folder.glob(MANIFEST_PATTERN)):
        try:
            with open_regular(path) as file:
                data = file.read(MAX_MANIFEST_BYTES + 1)
        except OSError as error:
            message = _("{path} cannot be read ({reason})")
            rebuilt.findings.append(
                could_not_look(
                    AuditCode.FILE_UNREADABLE,
                    message.format(path=path, reason=error.strerror),
                    file=str(path),
                )
            )
            continue
        try:
            manifest = parse_manifest(data, what=str(path))
        except InvalidFormat as error:
            rebuilt.findings.append(
                contradiction(AuditCode.MANIFEST_FALSE, str(error), file=str(path))
            )
            _keep_for_naming(state, path, data, rebuilt)
            continue
        _sort(state, path, data, manifest, rebuilt)


def _keep_for_naming(
    state: RegistryState, path: Path, data: bytes, rebuilt: RebuiltBatches
) -> None:
    """Keep a manifest in another spelling, so that its altered entries can be named."""
    with suppress(InvalidFormat):
        manifest = parse_any_spelling(data)
        batch = state.batch(manifest.institution, manifest.root)
        if batch is not None:
            rebuilt.false.append(FalseManifest(path=path, manifest=manifest, batch=batch))


def _sort(
    state: RegistryState, path: Path, data: bytes, manifest: Manifest, rebuilt: RebuiltBatches
) -> None:
    batch = state.batch(manifest.institution, manifest.root)
    if batch is None:
        message = _("{path}: its institution never anchored its root {root}")
        rebuilt.findings.append(
            contradiction(
                AuditCode.MANIFEST_NOT_ANCHORED,
                message.format(path=path, root=to_hex(manifest.root)),
                file=str(path),
                institution=manifest.institution,
                root=manifest.root,
            )
        )
    elif manifest_digest(data) == batch.manifest_digest:
        rebuilt.manifests[batch.institution, batch.root] = manifest
    else:
        message = _("{path}: it is not the manifest that was anchored with {root}")
        rebuilt.findings.append(
            contradiction(
                AuditCode.MANIFEST_FALSE,
                message.format(path=path, root=to_hex(batch.root)),
                file=str(path),
                institution=batch.institution,
                root=batch.root,
            )
        )
        rebuilt.false.append(FalseManifest(path=path, manifest=manifest, batch=batch))


def _read_published(
    batch: BatchRecord, published: Mapping[bytes, bytes], rebuilt: RebuiltBatches
) -> None:
    data = published.get(batch.manifest_digest)
    if data is None:
        rebuilt.withheld.append(batch)
        return
    name = _("manifest {digest} on chain").format(digest=to_hex(batch.manifest_digest))
    try:
        manifest = parse_manifest(data, what=name)
    except InvalidFormat as error:
        rebuilt.findings.append(
            contradiction(
                AuditCode.MANIFEST_FALSE,
                str(error),
                institution=batch.institution,
                root=batch.root,
            )
        )
        rebuilt.withheld.append(batch)
        return
    rebuilt.manifests[batch.institution, batch.root] = manifest


def _check_batch(
    state: RegistryState, batch: BatchRecord, manifest: Manifest
) -> Iterator[AuditFinding]:
    """Compare an anchored batch with the manifest of its digest."""
    subject: dict[str, str | bytes] = {"institution": batch.institution, "root": batch.root}
    if (manifest.institution, manifest.root) != (batch.institution, batch.root):
        message = _("batch {root}: the manifest of its digest speaks of another batch")
        yield contradiction(
            AuditCode.ROOT_WRONG, message.format(root=to_hex(batch.root)), **subject
        )
        return
    head = tree_head(manifest.leaf_hashes())
    if head != batch.root:
        message = _("batch {root}: its manifest's entries lead to {found}")
        yield contradiction(
            AuditCode.ROOT_WRONG,
            message.format(root=to_hex(batch.root), found=to_hex(head)),
            **subject,
        )
    if batch.size != manifest.size:
        message = _("batch {root}: anchored with {anchored} entries, its manifest lists {listed}")
        yield contradiction(
            AuditCode.SIZE_WRONG,
            message.format(root=to_hex(batch.root), anchored=batch.size, listed=manifest.size),
            **subject,
        )
    for certificate in manifest.certificates:
        if not state.was_declared(
            certificate.identity, batch.institution, Use[certificate.use], batch.time
        ):
            message = _("batch {root}: certificate {identity} was not declared as {use} then")
            yield contradiction(
                AuditCode.CERTIFICATE_NOT_DECLARED,
                message.format(
                    root=to_hex(batch.root),
                    identity=to_hex(certificate.identity),
                    use=certificate.use,
                ),
                identity=certificate.identity,
                **subject,
            )


def _name_altered(false: FalseManifest, rebuilt: RebuiltBatches) -> Iterator[AuditFinding]:
    """Name the entries in which a false manifest differs from the true one, if that is known."""
    true = rebuilt.manifests.get((false.batch.institution, false.batch.root))
    if true is not None:
        yield from differing_entries(false, dict(enumerate(true.entries)))


def differing_entries(
    false: FalseManifest, known: Mapping[int, ManifestEntry]
) -> Iterator[AuditFinding]:
    """Give a finding for each entry of a false manifest that is not the *known* one."""
    listed: Sequence[ManifestEntry] = false.manifest.entries
    for index, entry in sorted(known.items()):
        if index < len(listed) and listed[index] == entry:
            continue
        message = _(
            "{path}: entry {index} is not the anchored one: series {series}, version {version},"
            " document {digest}"
        )
        yield contradiction(
            AuditCode.ENTRY_ALTERED,
            message.format(
                path=false.path,
                index=index,
                series=to_hex(entry.series_id),
                version=entry.version,
                digest=to_hex(entry.document_digest),
            ),
            file=str(false.path),
            root=false.batch.root,
            index=index,
            series_id=entry.series_id,
            version=entry.version,
            document_digest=entry.document_digest,
        )
