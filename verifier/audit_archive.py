"""
Comparing the archive folder with the registry: every issued file there, and nothing else.

Only digests are needed: a file is an entry if one of its prefixes, of a length that the manifests
or its receipt name, has an entry's digest. What follows the prefix is the verifier's business.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from verifier.audit_entries import EntryIndex
from verifier.audit_findings import AuditCode, AuditFinding, contradiction, could_not_look
from verifier.audit_manifests import RebuiltBatches, differing_entries
from verifier.errors import InvalidFormat, MissingEvidence
from verifier.fields import to_hex
from verifier.manifest import ManifestEntry
from verifier.merkle import check_inclusion
from verifier.messages import _
from verifier.receipt import MAX_RECEIPT_BYTES, Receipt, parse_receipt
from verifier.registry_state import RegistryState
from verifier.regular_file import open_regular

RECEIPT_SUFFIX = ".receipt.json"
_CHUNK = 1024 * 1024


@dataclass(slots=True)
class Archive:
    """
    What the folder holds.

    Args:
        documents: digest of each file's anchored prefix, by path.
        proven: receipts that hold against the registry, by path of the receipt.
        findings: what was found on the way.
    """

    documents: dict[Path, bytes] = field(default_factory=dict)
    proven: dict[Path, Receipt] = field(default_factory=dict)
    unmatched: list[Path] = field(default_factory=list)
    findings: list[AuditFinding] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return how many documents were looked at."""
        return len(self.documents) + len(self.unmatched)


def compare_archive(
    folder: Path, state: RegistryState, index: EntryIndex, rebuilt: RebuiltBatches
) -> Archive:
    """Read every PDF and receipt of the folder and compare them with the anchored entries."""
    archive = Archive()
    for path in sorted(folder.rglob(f"*{RECEIPT_SUFFIX}")):
        _read_receipt(path, state, archive)
    sizes = {listed.entry.document_size for listed in index.by_leaf.values()}
    sizes |= {entry.document_size for false in rebuilt.false for entry in false.manifest.entries}
    proven = {receipt.document_digest for receipt in archive.proven.values()}
    sizes |= {receipt.document_size for receipt in archive.proven.values()}
    known = index.first_by_digest.keys() | proven
    for path in sorted(folder.rglob("*.pdf")):
        _read_document(path, sizes, known, archive)
    archive.findings.extend(_receipts_beside(archive))
    archive.findings.extend(_altered(archive, rebuilt))
    archive.findings.extend(_not_anchored(archive, rebuilt))
    archive.findings.extend(_missing(archive, index))
    return archive


def _read_receipt(path: Path, state: RegistryState, archive: Archive) -> None:
    try:
        with open_regular(path) as file:
            receipt = parse_receipt(file.read(MAX_RECEIPT_BYTES + 1), what=str(path))
        check_receipt(receipt, state)
    except OSError as error:
        archive.findings.append(_unreadable(path, error))
    except (InvalidFormat, MissingEvidence) as error:
        text = str(error) if str(path) in str(error) else f"{path}: {error}"
        archive.findings.append(contradiction(AuditCode.RECEIPT_FALSE, text, file=str(path)))
    else:
        archive.proven[path] = receipt


def check_receipt(receipt: Receipt, state: RegistryState) -> None:
    """
    Check that the registry bears out what a receipt says.

    Raises:
        MissingEvidence: it does not.
    """
    if (receipt.chain_id, receipt.registry) != (state.chain_id, state.address):
        raise InvalidFormat(_("receipt"), "registry", _("it is of another registry"))
    batch = state.batch(receipt.institution, receipt.root)
    if batch is None or batch.size != receipt.tree_size:
        raise InvalidFormat(
            _("receipt"), "root", _("its institution never anchored it with this size")
        )
    state.check_receipt(receipt)
    if (batch.history_size, batch.history_head) != (receipt.history_size, receipt.history_head):
        raise InvalidFormat(_("receipt"), "history_size", _("it is of another event"))
    check_inclusion(
        receipt.entry.leaf_hash(),
        receipt.leaf_index,
        receipt.tree_size,
        receipt.inclusion_proof,
        receipt.root,
    )


def _read_document(
    path: Path, sizes: Iterable[int], known: Iterable[bytes], archive: Archive
) -> None:
    try:
        digest = _find_prefix(path, sorted(sizes), frozenset(known))
    except OSError as error:
        archive.findings.append(_unreadable(path, error))
        return
    if digest is None:
        archive.unmatched.append(path)
    else:
        archive.documents[path] = digest


def _find_prefix(path: Path, sizes: list[int], known: frozenset[bytes]) -> bytes | None:
    """Return the digest of the first prefix with a listed size that is known."""
    hashed = sha256()
    position = 0
    with open_regular(path) as file:
        for size in sizes:
            while position < size:
                chunk = file.read(min(_CHUNK, size - position))
                if not chunk:
                    return None
                hashed.update(chunk)
                position += len(chunk)
            if (digest := hashed.digest()) in known:
                return digest
    return None


def _unreadable(path: Path, error: OSError) -> AuditFinding:
    message = _("{path} cannot be read ({reason})")
    return could_not_look(
        AuditCode.FILE_UNREADABLE,
        message.format(path=path, reason=error.strerror),
        file=str(path),
    )


def _document_of(receipt: Path) -> Path:
    """Return the path of the file that a receipt lies beside."""
    return receipt.with_name(receipt.name.removesuffix(RECEIPT_SUFFIX) + ".pdf")


def _receipts_beside(archive: Archive) -> Iterator[AuditFinding]:
    """Compare each receipt that holds with the file beside it."""
    for path, receipt in archive.proven.items():
        document = _document_of(path)
        found = archive.documents.get(document)
        if found is not None and found != receipt.document_digest:
            message = _("{path}: the receipt is of another document than {document}")
            yield contradiction(
                AuditCode.RECEIPT_FALSE,
                message.format(path=path, document=document.name),
                file=str(path),
            )


def _altered(archive: Archive, rebuilt: RebuiltBatches) -> Iterator[AuditFinding]:
    """Name the altered entries of false manifests whose true one is not at hand, by receipts."""
    for false in rebuilt.false:
        key = (false.batch.institution, false.batch.root)
        if key in rebuilt.manifests:
            continue
        known = {
            receipt.leaf_index: ManifestEntry(
                document_digest=receipt.document_digest,
                document_size=receipt.document_size,
                series_id=receipt.series_id,
                version=receipt.version,
            )
            for receipt in archive.proven.values()
            if (receipt.institution, receipt.root) == key
        }
        yield from differing_entries(false, known)


def _not_anchored(archive: Archive, rebuilt: RebuiltBatches) -> Iterator[AuditFinding]:
    for path in archive.unmatched:
        receipt = archive.proven.get(path.with_name(path.stem + RECEIPT_SUFFIX))
        if receipt is not None:
            message = _("{path}: it was altered, its receipt is of a document {digest}")
            yield contradiction(
                AuditCode.DOCUMENT_ALTERED,
                message.format(path=path, digest=to_hex(receipt.document_digest)),
                file=str(path),
                document_digest=receipt.document_digest,
            )
        elif rebuilt.withheld:
            message = _("{path}: no manifest at hand and no receipt that holds lists it")
            yield could_not_look(
                AuditCode.DOCUMENT_UNCONFIRMED, message.format(path=path), file=str(path)
            )
        else:
            message = _("{path}: it was never anchored")
            yield contradiction(
                AuditCode.DOCUMENT_NOT_ANCHORED, message.format(path=path), file=str(path)
            )


def _missing(archive: Archive, index: EntryIndex) -> Iterator[AuditFinding]:
    """Name anchored entries of the archive's institutions without a file."""
    present = set(archive.documents.values())
    owners = {
        index.first_by_digest[digest].batch.institution
        for digest in present
        if digest in index.first_by_digest
    } | {receipt.institution for receipt in archive.proven.values()}
    names = {
        receipt.document_digest: _document_of(path) for path, receipt in archive.proven.items()
    }
    for listed in index.by_leaf.values():
        if owners and listed.batch.institution not in owners:
            continue
        digest = listed.entry.document_digest
        if digest not in present:
            name = names.get(digest)
            message = (
                _("{file} is not in the archive: {entry}")
                if name
                else _("no file in the archive for {entry}")
            )
            yield contradiction(
                AuditCode.DOCUMENT_MISSING,
                message.format(entry=listed.described(), file=name),
                file=str(name) if name else None,
                **listed.subject(),
            )
    listed_digests = index.first_by_digest.keys()
    for path, receipt in archive.proven.items():
        if receipt.document_digest in present or receipt.document_digest in listed_digests:
            continue
        message = _("{path}: the document {digest} that it belongs to is not in the archive")
        yield contradiction(
            AuditCode.DOCUMENT_MISSING,
            message.format(path=path, digest=to_hex(receipt.document_digest)),
            file=str(path),
            document_digest=receipt.document_digest,
        )
