"""
Where evidence of anchoring comes from, in the order of ADR 0001.

A receipt beside the file, the folder of receipts, the folder of manifests, the manifests on
chain, a service that the caller names. What is malformed counts as absent and is named; whether
an offer holds is decided by `verifier.anchor_search`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from verifier.errors import InvalidFormat
from verifier.manifest_shelf import ManifestShelf, ShelvedEntry
from verifier.messages import _
from verifier.receipt import MAX_RECEIPT_BYTES, Receipt, parse_receipt
from verifier.receipt_service import ReceiptService
from verifier.registry_state import RegistryState
from verifier.regular_file import open_regular
from verifier.system_words import why

RECEIPT_SUFFIX = ".receipt.json"
_MOST_QUESTIONS = 16
"""Prefixes of one file that a service is asked for: several renewals, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one source says of the anchoring of one document."""

    source: str
    institution: str
    root: bytes
    tree_size: int
    leaf_index: int
    document_digest: bytes
    document_size: int
    series_id: bytes
    version: int
    receipt: Receipt | None
    """With its proof still to be checked; None for an entry of a manifest, whose root was."""


class EvidencePool:
    """The folders, the chain's manifests and the service that many files share."""

    def __init__(
        self,
        *,
        receipts: Path | None = None,
        manifests: Path | None = None,
        published: Mapping[bytes, bytes] | None = None,
        state: RegistryState | None = None,
        service: ReceiptService | None = None,
    ) -> None:
        self._receipts = receipts
        self._service = service
        self._by_key: dict[bytes, list[Path]] | None = None
        self.shelf = ManifestShelf(folder=manifests, published=published or {}, state=state)

    def for_file(self, path: Path | None) -> "EvidenceSources":
        """Return the sources for the PDF at *path*; None for bytes without a file."""
        return EvidenceSources(pool=self, path=path)

    def named_receipts(self, path: Path) -> Iterator[Path]:
        """Give the places where the receipt of the PDF at *path* lies by its name."""
        name = path.name.removesuffix(path.suffix) + RECEIPT_SUFFIX
        yield path.with_name(name)
        if self._receipts is not None:
            yield self._receipts / name

    def receipts(self, key: bytes) -> tuple[Path, ...]:
        """Return the folder's receipts whose series id or document digest is *key*."""
        return tuple(self._index().get(key, ()))

    def has_receipts(self) -> bool:
        """Tell whether the folder of receipts holds any that can be read."""
        return bool(self._index())

    def read_folders(self) -> None:
        """Read once what every file will ask for, so that it counts for none of them."""
        self._index()
        for _entry in self.shelf.entries(bytes(32), []):
            pass

    def offers(self, key: bytes, problems: list[str]) -> Iterator["Offer"]:
        """Give what folders and chain say of a series id or document digest."""
        for path in self.receipts(key):
            receipt = _read_receipt(path, problems)
            if receipt is not None:
                yield receipt_offer(receipt, str(path))
        for shelved in self.shelf.entries(key, problems):
            yield _manifest_offer(shelved)

    def asked(self, digests: Iterable[bytes], problems: list[str]) -> Iterator["Offer"]:
        """Give what the service answers about documents of *digests*; nothing without a service."""
        if self._service is None:
            return
        troubles: list[str] = []
        for digest in islice(dict.fromkeys(digests), _MOST_QUESTIONS):
            receipt = self._service.receipt(digest, troubles)
            if receipt is not None:
                yield receipt_offer(receipt, self._service.source)
        none = _("{source}: no other receipt of this document")
        problems.extend(dict.fromkeys(troubles) or [none.format(source=self._service.source)])

    def _index(self) -> dict[bytes, list[Path]]:
        if self._by_key is None:
            self._by_key = {}
            folder = self._receipts
            for path in sorted(folder.glob("*" + RECEIPT_SUFFIX)) if folder is not None else ():
                receipt = _read_receipt(path, [])
                for key in (receipt.series_id, receipt.document_digest) if receipt else ():
                    self._by_key.setdefault(key, []).append(path)
        return self._by_key


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSources:
    """Where evidence for one file is looked for."""

    pool: EvidencePool
    path: Path | None

    def offers(
        self, series_id: bytes, problems: list[str], digests: Iterable[bytes] = ()
    ) -> Iterator[Offer]:
        """
        Give what the sources say, in their order; what cannot be read is added to *problems*.

        Receipts under the file's name are given whatever they speak of, those of a service if they
        are asked for one of *digests*, all others only if they speak of *series_id*.
        """
        named = self.pool.named_receipts(self.path) if self.path is not None else ()
        for path in named:
            receipt = _read_receipt(path, problems)
            if receipt is not None:
                yield receipt_offer(receipt, str(path))
        yield from self.pool.offers(series_id, problems)
        yield from self.pool.asked(digests, problems)


def receipt_offer(receipt: Receipt, source: str) -> Offer:
    """Return what *receipt* says, its proof still to be checked."""
    return Offer(
        source=source,
        institution=receipt.institution,
        root=receipt.root,
        tree_size=receipt.tree_size,
        leaf_index=receipt.leaf_index,
        document_digest=receipt.document_digest,
        document_size=receipt.document_size,
        series_id=receipt.series_id,
        version=receipt.version,
        receipt=receipt,
    )


def _manifest_offer(shelved: ShelvedEntry) -> Offer:
    return Offer(
        source=shelved.source,
        institution=shelved.institution,
        root=shelved.root,
        tree_size=shelved.tree_size,
        leaf_index=shelved.index,
        document_digest=shelved.entry.document_digest,
        document_size=shelved.entry.document_size,
        series_id=shelved.entry.series_id,
        version=shelved.entry.version,
        receipt=None,
    )


def _read_receipt(path: Path, problems: list[str]) -> Receipt | None:
    """Read a receipt; a malformed one counts as absent and is named."""
    try:
        with open_regular(path) as file:
            data = file.read(MAX_RECEIPT_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = _("{path}: cannot be read ({reason})")
        problems.append(problem.format(path=path, reason=why(error)))
        return None
    try:
        return parse_receipt(data, what=str(path))
    except InvalidFormat as error:
        problems.append(_("skipped: {problem}").format(problem=error))
        return None
