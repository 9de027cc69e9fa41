"""
Comparing the archive folder with the registry: every issued file there, and nothing else.

Only digests are needed: a file is an entry if one of its prefixes, as long as its receipt says or
ending with a revision, has an entry's digest. What follows the prefix is the verifier's business.
Each file is looked at once, with its receipt, and forgotten: what stays is a bit for each entry.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from verifier.audit_altered import differing_entries
from verifier.audit_findings import AuditCode, AuditFinding, contradiction, could_not_look
from verifier.audit_ledger import Ledger
from verifier.audit_manifests import RebuiltBatches
from verifier.audit_progress import Progress, silent
from verifier.audit_receipts import (
    RECEIPT_SUFFIX,
    document_of,
    read_receipt,
    receipt_of,
    unreadable,
)
from verifier.fields import to_hex
from verifier.manifest import ManifestEntry
from verifier.messages import _
from verifier.receipt import Receipt
from verifier.registry_state import RegistryState
from verifier.regular_file import open_regular

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
"""More than any document that can be issued; nothing behind it is looked at."""
_END_OF_REVISION = re.compile(rb"%%EOF(?:\r\n|\n|\r|)")
_MAX_REVISIONS = 1_000


class Archive:
    """
    What a folder of issued documents holds, compared with the registry.

    Args:
        state: the folded registry.
        rebuilt: its batches.
        ledger: what an earlier run found already.
        keep: whether `documents` is wanted.
    """

    def __init__(
        self, state: RegistryState, rebuilt: RebuiltBatches, ledger: Ledger, *, keep: bool = False
    ) -> None:
        self.count = 0
        self.documents: dict[bytes, Path] = {}
        self._state, self._rebuilt, self._ledger, self._keep = state, rebuilt, ledger, keep
        self._store = rebuilt.store
        self._present = bytearray(rebuilt.store.count)
        self._present_elsewhere: set[bytes] = set()
        self._by_receipt: set[bytes] = set()
        """Digests that hold by a receipt alone: their batch's manifest is not at hand."""
        self._owners: set[str] = set()
        self._lacking: dict[bytes, Path] = {}
        self._altered: set[bytes] = set()
        """Digests of which an altered file was named already."""
        self._unmatched: list[Path] = []
        namable = [false.batch for false in rebuilt.false if false.batch in rebuilt.withheld]
        self._namable = {(batch.institution, batch.root) for batch in namable}
        self._true: dict[tuple[str, bytes], dict[int, ManifestEntry]] = defaultdict(dict)

    def compare(self, folder: Path, progress: Progress = silent) -> Iterator[AuditFinding]:
        """Look at every PDF and receipt of *folder* and give what differs."""
        for path in _files(folder):
            progress(_("documents"), self.count, 0)
            if path.suffix == ".pdf":
                yield from self._document(path)
            elif not os.path.lexists(document_of(path)):
                yield from self._lone_receipt(path)
        for path in self._unmatched:  # a receipt that came later may tell what it is
            yield from self._unmatched_document(path)
        for false in self._rebuilt.false:
            key = (false.batch.institution, false.batch.root)
            yield from differing_entries(false, self._true.get(key, {}))
        yield from self._missing()

    def _document(self, path: Path) -> Iterator[AuditFinding]:
        self.count += 1
        receipt = read_receipt(receipt_of(path), self._state)
        if isinstance(receipt, AuditFinding):
            yield receipt
            receipt = None
        if receipt is not None:
            self._note(receipt)
        try:
            digest = self._find(path, receipt)
        except OSError as error:
            self.count -= 1
            yield unreadable(path, error)
            return
        if digest is None:
            self._unmatched.append(path)
            return
        self._found(path, digest)
        if receipt is not None and receipt.document_digest != digest:
            yield self._of_another(path, receipt)

    def _note(self, receipt: Receipt) -> None:
        """Keep of a receipt that holds what the manifests do not tell."""
        self._owners.add(receipt.institution)
        key = (receipt.institution, receipt.root)
        if key in self._namable:
            self._true[key][receipt.leaf_index] = ManifestEntry(
                document_digest=receipt.document_digest,
                document_size=receipt.document_size,
                series_id=receipt.series_id,
                version=receipt.version,
            )
        if self._store.first_with_digest(receipt.document_digest) is None:
            self._by_receipt.add(receipt.document_digest)

    def _is_known(self, digest: bytes) -> bool:
        return digest in self._by_receipt or self._store.first_with_digest(digest) is not None

    def _find(self, path: Path, receipt: Receipt | None) -> bytes | None:
        """Return the digest of the anchored prefix; what an earlier run found is asked again."""
        stamp = self._ledger.stamp(path)
        digest = self._ledger.document(path, stamp)
        if digest is not None and self._is_known(digest):
            self._ledger.used += 1
            return digest
        digest = _find_prefix(path, receipt.document_size if receipt else 0, self._is_known)
        if digest is not None:
            self._ledger.note_document(path, stamp, digest)
        return digest

    def _found(self, path: Path, digest: bytes) -> None:
        if self._keep:
            self.documents.setdefault(digest, path)
        listed = self._store.first_with_digest(digest)
        if listed is None:
            self._present_elsewhere.add(digest)
            return
        self._owners.add(listed.batch.institution)
        for row in self._store.rows_with_digest(digest):
            self._present[row] = 1

    def _of_another(self, path: Path, receipt: Receipt) -> AuditFinding:
        self._lacking[receipt.document_digest] = receipt_of(path)
        message = _("{path}: the receipt is of another document than {document}")
        text = message.format(path=receipt_of(path), document=path.name)
        return contradiction(AuditCode.RECEIPT_FALSE, text, file=str(receipt_of(path)))

    def _lone_receipt(self, path: Path) -> Iterator[AuditFinding]:
        receipt = read_receipt(path, self._state)
        if isinstance(receipt, AuditFinding):
            yield receipt
        elif receipt is not None:
            self._note(receipt)
            self._lacking[receipt.document_digest] = path

    def _unmatched_document(self, path: Path) -> Iterator[AuditFinding]:
        """Say what a file is that no entry of a manifest leads to."""
        beside = read_receipt(receipt_of(path), self._state)
        receipt = beside if isinstance(beside, Receipt) else None
        digest = self._find(path, receipt)
        if digest is not None:
            self._found(path, digest)
            if receipt is not None:
                yield self._of_another(path, receipt)
        elif receipt is not None:
            self._altered.add(receipt.document_digest)
            message = _("{path}: it was altered, its receipt is of a document {digest}")
            yield contradiction(
                AuditCode.DOCUMENT_ALTERED,
                message.format(path=path, digest=to_hex(receipt.document_digest)),
                file=str(path),
                document_digest=receipt.document_digest,
                root=receipt.root,
                leaf_index=receipt.leaf_index,
                event=receipt.history_size,
            )
        elif self._rebuilt.withheld:
            message = _("{path}: no manifest at hand and no receipt that holds lists it")
            text = message.format(path=path)
            yield could_not_look(AuditCode.DOCUMENT_UNCONFIRMED, text, file=str(path))
        else:
            text = _("{path}: it was never anchored").format(path=path)
            yield contradiction(AuditCode.DOCUMENT_NOT_ANCHORED, text, file=str(path))

    def _missing(self) -> Iterator[AuditFinding]:
        """Name anchored entries of the archive's institutions without a file."""
        for row, is_present in enumerate(self._present):
            if is_present:
                continue
            listed = self._store.row(row)
            if self._owners and listed.batch.institution not in self._owners:
                continue
            if listed.entry.document_digest in self._altered:
                continue
            receipt = self._lacking.pop(listed.entry.document_digest, None)
            name = document_of(receipt) if receipt else None
            message = (
                _("{file} is not in the archive: {entry}")
                if name
                else _("no file in the archive has the anchored bytes of {entry}")
            )
            yield contradiction(
                AuditCode.DOCUMENT_MISSING,
                message.format(entry=listed.described(), file=name),
                file=str(name) if name else None,
                **listed.subject(),
            )
        for digest, path in self._lacking.items():
            if digest not in self._by_receipt or digest in self._present_elsewhere:
                continue
            message = _("{path}: the document {digest} that it belongs to is not in the archive")
            yield contradiction(
                AuditCode.DOCUMENT_MISSING,
                message.format(path=path, digest=to_hex(digest)),
                file=str(path),
                document_digest=digest,
            )


def _files(folder: Path) -> Iterator[Path]:
    """Give the PDFs and receipts of a folder and those below it, each folder in its own order."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".pdf", RECEIPT_SUFFIX)):
                yield Path(parent, name)


def _find_prefix(path: Path, named: int, is_known: Callable[[bytes], bool]) -> bytes | None:
    """Return the digest of the shortest prefix that ends where a document can, and is known."""
    with open_regular(path) as file:
        data = file.read(MAX_DOCUMENT_BYTES)
    ends = sorted({found.end() for found in _END_OF_REVISION.finditer(data)})[:_MAX_REVISIONS]
    hashed, position = sha256(), 0
    view = memoryview(data)
    for end in sorted({*ends, len(data), min(named, len(data))} - {0}):
        hashed.update(view[position:end])
        position = end
        if is_known(digest := hashed.digest()):
            return digest
    return None
