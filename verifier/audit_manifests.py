"""
Rebuilding every anchored batch from its manifest: from the folder, else from the chain.

Each batch is read once, in parts, and only hashed; what is kept of it stands in the entry store.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from verifier.audit_altered import FalseManifest, name_altered
from verifier.audit_findings import AuditCode, AuditFinding, contradiction, could_not_look
from verifier.audit_progress import Progress, silent
from verifier.audit_store import EntryStore
from verifier.errors import InvalidFormat
from verifier.fields import to_hex
from verifier.manifest import (
    MAX_MANIFEST_BYTES,
    Manifest,
    parse_any_spelling,
    parse_manifest,
)
from verifier.manifest_scan import ManifestScan
from verifier.merkle import tree_head
from verifier.messages import _
from verifier.registry import RegistryView
from verifier.registry_events import OPEN_END, Use
from verifier.registry_records import BatchRecord
from verifier.registry_state import RegistryState
from verifier.regular_file import open_regular

MANIFEST_PATTERN = "*.manifest.json"
_CHUNK = 1024 * 1024


@dataclass(slots=True, kw_only=True)
class RebuiltBatches:
    """
    What is known of each batch.

    Args:
        store: the entries of each batch that has a true manifest.
        rebuilt: how many batches have one.
        false: manifests of the folder that are not the anchored ones.
        withheld: batches without a true manifest.
        findings: what was found on the way.
    """

    store: EntryStore
    rebuilt: int = 0
    false: list[FalseManifest] = field(default_factory=list)
    withheld: list[BatchRecord] = field(default_factory=list)
    findings: list[AuditFinding] = field(default_factory=list)

    @property
    def unknown(self) -> frozenset[str]:
        """Return the institutions of which not every batch could be looked at."""
        return frozenset(batch.institution for batch in self.withheld)


def rebuild_batches(
    view: RegistryView,
    folders: Collection[Path],
    compromised: Mapping[bytes, int],
    store: EntryStore,
    progress: Progress = silent,
) -> RebuiltBatches:
    """
    Find the manifest of every anchored batch and rebuild its root.

    Args:
        view: the folded registry, and the manifests on chain.
        folders: where `*.manifest.json` lie; none for the chain alone.
        compromised: Unix seconds by identity (32 bytes) of a certificate.
        store: where the entries are put.
        progress: is told of each batch.
    """
    state = view.state
    rebuilt = RebuiltBatches(store=store)
    files: dict[bytes, Path] = {}
    anchored = {batch.manifest_digest for batch in state.batches.values()}
    for folder in folders:
        for path in sorted(folder.glob(MANIFEST_PATTERN)):
            _read_file(state, path, anchored, files, rebuilt)
    for number, batch in enumerate(state.batches.values()):
        progress(_("batches"), number, len(state.batches))
        head = _rebuild(batch, files.get(batch.manifest_digest), view, rebuilt)
        if head is not None:
            rebuilt.findings.extend(_judge_certificates(state, batch, head, compromised))
    progress(_("batches"), len(state.batches), len(state.batches))
    for false in rebuilt.false:
        rebuilt.findings.extend(name_altered(false, store))
    return rebuilt


def _read_file(
    state: RegistryState,
    path: Path,
    anchored: Collection[bytes],
    files: dict[bytes, Path],
    rebuilt: RebuiltBatches,
) -> None:
    """Note a file under its digest if that was anchored; else say what is wrong with it."""
    try:
        with open_regular(path) as file:
            digest = _digest(file)
            if digest in anchored:
                files.setdefault(digest, path)
                return
            file.seek(0)
            data = file.read(MAX_MANIFEST_BYTES + 1)
    except OSError as error:
        rebuilt.findings.append(_unreadable(path, error))
        return
    try:
        _sort(state, path, parse_manifest(data, what=str(path)), rebuilt)
    except InvalidFormat as error:
        rebuilt.findings.append(contradiction(AuditCode.MANIFEST_FALSE, str(error), file=str(path)))
        with suppress(InvalidFormat):  # in another spelling its altered entries can be named
            _keep_false(state, path, parse_any_spelling(data), rebuilt)


def _digest(file: BinaryIO) -> bytes:
    hashed = sha256()
    while chunk := file.read(_CHUNK):
        hashed.update(chunk)
        if file.tell() > MAX_MANIFEST_BYTES:
            break
    return hashed.digest()


def _unreadable(path: Path, error: OSError) -> AuditFinding:
    message = _("{path} cannot be read ({reason})").format(path=path, reason=error.strerror)
    return could_not_look(AuditCode.FILE_UNREADABLE, message, file=str(path))


def _sort(state: RegistryState, path: Path, manifest: Manifest, rebuilt: RebuiltBatches) -> None:
    subject: dict[str, str | bytes] = {
        "file": str(path),
        "institution": manifest.institution,
        "root": manifest.root,
    }
    if state.batch(manifest.institution, manifest.root) is None:
        message = _("{path}: its institution never anchored its root {root}")
        text = message.format(path=path, root=to_hex(manifest.root))
        rebuilt.findings.append(contradiction(AuditCode.MANIFEST_NOT_ANCHORED, text, **subject))
        return
    message = _("{path}: it is not the manifest that was anchored with {root}")
    text = message.format(path=path, root=to_hex(manifest.root))
    rebuilt.findings.append(contradiction(AuditCode.MANIFEST_FALSE, text, **subject))
    _keep_false(state, path, manifest, rebuilt)


def _keep_false(
    state: RegistryState, path: Path, manifest: Manifest, rebuilt: RebuiltBatches
) -> None:
    batch = state.batch(manifest.institution, manifest.root)
    if batch is not None:
        rebuilt.false.append(FalseManifest(path=path, entries=manifest.entries, batch=batch))


def _rebuild(
    batch: BatchRecord, path: Path | None, view: RegistryView, rebuilt: RebuiltBatches
) -> Manifest | None:
    """Rebuild one batch from its file or from the chain, or name it as withheld."""
    data = view.manifests.get(batch.manifest_digest)
    try:
        if path is not None:
            with open_regular(path) as file:
                head, found = _scan(batch, file, str(path), rebuilt.store)
        elif data is not None:
            name = _("manifest {digest} on chain").format(digest=to_hex(batch.manifest_digest))
            head, found = _scan(batch, BytesIO(data), name, rebuilt.store)
        else:
            rebuilt.withheld.append(batch)
            rebuilt.findings.append(_withheld(batch, is_snapshot=view.is_snapshot))
            return None
    except (InvalidFormat, OSError) as error:
        rebuilt.store.drop()
        rebuilt.withheld.append(batch)
        rebuilt.findings.append(
            _unreadable(path or Path(), error)
            if isinstance(error, OSError)
            else contradiction(AuditCode.MANIFEST_FALSE, str(error), **_subject(batch))
        )
        return None
    rebuilt.rebuilt += 1
    rebuilt.findings.extend(found)
    return head


def _subject(batch: BatchRecord) -> dict[str, str | bytes | int]:
    return {
        "institution": batch.institution,
        "root": batch.root,
        "manifest_digest": batch.manifest_digest,
        "event": batch.history_size,
    }


def _withheld(batch: BatchRecord, *, is_snapshot: bool) -> AuditFinding:
    message = (
        _(
            "batch {root} of {institution}: its manifest is not at hand, and a snapshot does not"
            " tell whether it is on chain; ask a node, or name a folder with --manifests"
        )
        if is_snapshot
        else _("batch {root} of {institution}: its manifest is neither at hand nor on chain")
    )
    text = message.format(root=to_hex(batch.root), institution=batch.institution)
    return could_not_look(AuditCode.MANIFEST_WITHHELD, text, **_subject(batch))


def _scan(
    batch: BatchRecord, file: BinaryIO, name: str, store: EntryStore
) -> tuple[Manifest, list[AuditFinding]]:
    """Put the entries into the store, hash them, and compare with what was anchored."""
    store.begin(batch)
    scan = ManifestScan(file, what=name)

    def leaves() -> Iterator[bytes]:
        for part in scan:
            store.add(part)
            yield from part.leaves

    head = tree_head(leaves())
    if scan.digest != batch.manifest_digest:
        raise InvalidFormat(name, "", _("it was changed while it was read"))
    return scan.head, list(_check_batch(batch, scan.head, head))


def _check_batch(batch: BatchRecord, manifest: Manifest, head: bytes) -> Iterator[AuditFinding]:
    """Compare an anchored batch with the manifest of its digest and the head of its entries."""
    subject = _subject(batch)
    root = to_hex(batch.root)
    if (manifest.institution, manifest.root) != (batch.institution, batch.root):
        message = _("batch {root}: the manifest of its digest speaks of another batch")
        yield contradiction(AuditCode.ROOT_WRONG, message.format(root=root), **subject)
        return
    if head != batch.root:
        message = _("batch {root}: its manifest's entries lead to {found}")
        text = message.format(root=root, found=to_hex(head))
        yield contradiction(AuditCode.ROOT_WRONG, text, **subject)
    if batch.size != manifest.size:
        message = _("batch {root}: anchored with {anchored} entries, its manifest lists {listed}")
        text = message.format(root=root, anchored=batch.size, listed=manifest.size)
        yield contradiction(AuditCode.SIZE_WRONG, text, **subject)


def _judge_certificates(
    state: RegistryState, batch: BatchRecord, manifest: Manifest, compromised: Mapping[bytes, int]
) -> Iterator[AuditFinding]:
    """Judge who signed the batch by the certificates that were declared when it was anchored."""
    subject, root = _subject(batch), to_hex(batch.root)
    for one in manifest.certificates:
        if batch.time >= compromised.get(one.identity, OPEN_END):
            message = _("batch {root}: anchored after certificate {identity} was compromised")
            text = message.format(root=root, identity=to_hex(one.identity))
            code = AuditCode.AFTER_COMPROMISE
            yield contradiction(code, text, identity=one.identity, **subject)
        use = Use[one.use]
        if state.was_declared(one.identity, batch.institution, use, batch.time):
            continue
        code = AuditCode.CERTIFICATE_NOT_DECLARED
        message = _("batch {root}: certificate {identity} was not declared as {use} then")
        if state.certificates.get((one.identity, batch.institution, use)):
            code = AuditCode.OUT_OF_PERIOD
            message = _("batch {root}: certificate {identity} was declared as {use}, but not then")
        text = message.format(root=root, identity=to_hex(one.identity), use=one.use)
        yield contradiction(code, text, identity=one.identity, **subject)
