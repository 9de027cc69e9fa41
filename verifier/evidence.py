"""
Where evidence of anchoring comes from, in the order of design D1.

A receipt beside the file, the folder of receipts, the folder of manifests, the manifests on
chain. What is malformed counts as absent and is named; whether an offer holds is decided by
`verifier.anchor_search`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from verifier.errors import InvalidFormat
from verifier.manifest_shelf import ManifestShelf, ShelvedEntry
from verifier.messages import _
from verifier.receipt import MAX_RECEIPT_BYTES, Receipt, parse_receipt
from verifier.registry_state import RegistryState

RECEIPT_SUFFIX = ".receipt.json"


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
    """The folders and the chain's manifests that many files share."""

    def __init__(
        self,
        *,
        receipts: Path | None = None,
        manifests: Path | None = None,
        published: Mapping[bytes, bytes] | None = None,
        state: RegistryState | None = None,
    ) -> None:
        self._receipts = receipts
        self._by_series: dict[bytes, list[Path]] | None = None
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

    def other_receipts(self, series_id: bytes) -> tuple[tuple[Path, ...], bool]:
        """Return the folder's receipts of a series, and whether it holds any receipt at all."""
        if self._receipts is None:
            return (), False
        if self._by_series is None:
            self._by_series = {}
            for path in sorted(self._receipts.glob("*" + RECEIPT_SUFFIX)):
                receipt = _read_receipt(path, [])
                if receipt is not None:
                    self._by_series.setdefault(receipt.series_id, []).append(path)
        return tuple(self._by_series.get(series_id, ())), bool(self._by_series)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSources:
    """Where evidence for one file is looked for."""

    pool: EvidencePool
    path: Path | None

    def offers(self, series_id: bytes, problems: list[str]) -> Iterator[Offer]:
        """
        Give what the sources say, in their order; what cannot be read is added to *problems*.

        Receipts under the file's name are given whatever they speak of, all others only if they
        speak of *series_id*.
        """
        seen: set[Path] = set()
        named = self.pool.named_receipts(self.path) if self.path is not None else ()
        for path in named:
            seen.add(path)
            receipt = _read_receipt(path, problems)
            if receipt is not None:
                yield receipt_offer(receipt, str(path))
        for path in self.pool.other_receipts(series_id)[0]:
            receipt = _read_receipt(path, problems) if path not in seen else None
            if receipt is not None:
                yield receipt_offer(receipt, str(path))
        for shelved in self.pool.shelf.entries(series_id, problems):
            yield _manifest_offer(shelved)

    def has_receipts_of_others(self) -> bool:
        """Tell whether the folder of receipts holds any receipt."""
        return self.pool.other_receipts(b"")[1]


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
        with path.open("rb") as file:
            data = file.read(MAX_RECEIPT_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = _("{path}: cannot be read ({reason})")
        problems.append(problem.format(path=path, reason=error.strerror))
        return None
    try:
        return parse_receipt(data, what=str(path))
    except InvalidFormat as error:
        problems.append(_("skipped: {problem}").format(problem=error))
        return None
