"""
Which of the evidence at hand fits a document, and what follows when none does (ADR 0001).

An offer that does not hold is skipped and named: a false receipt or manifest counts as absent
and can never make a document fail (ADR 0007).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from typing import Protocol

from verifier.entry import Entry
from verifier.errors import (
    BadInclusionProof,
    InvalidEvidence,
    MissingEvidence,
    OtherHistory,
    SubReason,
)
from verifier.evidence import Offer
from verifier.merkle import check_inclusion
from verifier.messages import _
from verifier.registry_records import BatchRecord
from verifier.registry_state import RegistryState


class Fit(Enum):
    """How an offer that is anchored compares with what it is offered for."""

    SAME = "SAME"
    OTHER_BYTES = "OTHER_BYTES"
    FALSE_SIZE = "FALSE_SIZE"


class Target(Protocol):
    """What evidence is looked for."""

    def is_meant_by(self, offer: Offer) -> bool:
        """Tell whether *offer* speaks of this."""

    def compare(self, offer: Offer) -> Fit:
        """Compare with an offer that is anchored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTarget:
    """A bare digest: whatever entry it stands in."""

    document_digest: bytes

    def is_meant_by(self, offer: Offer) -> bool:
        """Tell whether *offer* is an entry of this digest."""
        return offer.document_digest == self.document_digest

    def compare(self, offer: Offer) -> Fit:
        """Compare the digests."""
        return Fit.SAME if self.is_meant_by(offer) else Fit.OTHER_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTarget:
    """A document, as its attachment names it."""

    institution: str
    series_id: bytes
    version: int
    pdf: bytes
    natural_ends: tuple[int, ...]
    """Where its revisions end; to tell a false `document_size` from an altered document."""

    def is_meant_by(self, offer: Offer) -> bool:
        """Tell whether *offer* names this institution, series and version."""
        return (offer.institution, offer.series_id, offer.version) == (
            self.institution,
            self.series_id,
            self.version,
        )

    def compare(self, offer: Offer) -> Fit:
        """Compare the digest of the first `document_size` bytes (ADR 0001)."""
        if self._begins_with(offer.document_size, offer.document_digest):
            return Fit.SAME
        if any(self._begins_with(end, offer.document_digest) for end in self.natural_ends):
            return Fit.FALSE_SIZE
        return Fit.OTHER_BYTES

    def possible_digests(self) -> Iterator[bytes]:
        """Give the digests of what may have been anchored, newest end first."""
        for end in sorted(set(self.natural_ends), reverse=True):
            yield sha256(self.pdf[:end]).digest()

    def _begins_with(self, size: int, digest: bytes) -> bool:
        return size <= len(self.pdf) and sha256(self.pdf[:size]).digest() == digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Evidence that holds: the document is this entry of this anchored batch."""

    offer: Offer
    batch: BatchRecord

    @property
    def leaf(self) -> bytes:
        """Leaf hash of the document's entry."""
        return _entry(self.offer).leaf_hash()


@dataclass(slots=True, kw_only=True)
class AnchorSearch:
    """What the search came to; `failure` is None only when there is an anchor."""

    anchors: list[Anchor] = field(default_factory=list)
    failure: InvalidEvidence | MissingEvidence | None = None
    skipped: list[str] = field(default_factory=list)
    """Offers that do not fit, and why."""

    @property
    def anchor(self) -> Anchor | None:
        """The first offer that holds."""
        return self.anchors[0] if self.anchors else None


@dataclass(slots=True, kw_only=True)
class _Seen:
    """Reasons met on the way, kept until it is clear that nothing fits."""

    altered: str | None = None
    other_history: OtherHistory | None = None
    other_registry: str | None = None
    not_anchored: str | None = None
    other_document: str | None = None


def find_anchor(target: Target, offers: Iterable[Offer], state: RegistryState) -> AnchorSearch:
    """Take the first offer that holds; else say what D1's table says of those that do not."""
    return _search(target, offers, state, every=False)


def find_anchors(target: Target, offers: Iterable[Offer], state: RegistryState) -> AnchorSearch:
    """Try every offer, and keep each that holds."""
    return _search(target, offers, state, every=True)


def _search(
    target: Target, offers: Iterable[Offer], state: RegistryState, *, every: bool
) -> AnchorSearch:
    search = AnchorSearch()
    seen = _Seen()
    for offer in offers:
        _try_offer(offer, target, state, search, seen)
        if search.anchors and not every:
            break
    search.failure = _failure(search, seen)
    return search


def _try_offer(
    offer: Offer, target: Target, state: RegistryState, search: AnchorSearch, seen: _Seen
) -> None:
    if not target.is_meant_by(offer):
        seen.other_document = offer.source
        if offer.receipt is not None:
            _skip(search, offer, _("it belongs to another document"))
        return
    if _is_of_another_registry(offer, state):
        seen.other_registry = offer.source
        _skip(search, offer, _("it names another chain or registry than the policy"))
        return
    try:
        _check_proof(offer)
    except BadInclusionProof as error:
        _skip(search, offer, str(error))
        return
    batch = state.batch(offer.institution, offer.root)
    if offer.receipt is not None:
        try:
            state.check_receipt(offer.receipt)
        except OtherHistory as error:
            seen.other_history = seen.other_history or error
    if batch is None or not _has_size(offer, batch):
        seen.not_anchored = offer.source
        _skip(search, offer, _("the registry knows no such batch of its institution"))
        return
    fit = target.compare(offer)
    if fit is Fit.SAME:
        search.anchors.append(Anchor(offer=offer, batch=batch))
    elif fit is Fit.FALSE_SIZE:
        _skip(search, offer, _("its document_size is false"))
    else:
        seen.altered = offer.source
        _skip(search, offer, _("it is for other bytes than these"))


def _has_size(offer: Offer, batch: BatchRecord) -> bool:
    """Tell whether the offer names the tree's size, which no proof proves."""
    return batch.size == offer.tree_size


def _is_of_another_registry(offer: Offer, state: RegistryState) -> bool:
    receipt = offer.receipt
    return receipt is not None and (receipt.chain_id, receipt.registry) != (
        state.chain_id,
        state.address,
    )


def _check_proof(offer: Offer) -> None:
    """Check a receipt's proof; a manifest's tree was rebuilt when it was read."""
    if offer.receipt is not None:
        check_inclusion(
            _entry(offer).leaf_hash(),
            offer.leaf_index,
            offer.tree_size,
            offer.receipt.inclusion_proof,
            offer.root,
        )


def _entry(offer: Offer) -> Entry:
    return Entry(
        document_digest=offer.document_digest, series_id=offer.series_id, version=offer.version
    )


def _skip(search: AnchorSearch, offer: Offer, problem: str) -> None:
    search.skipped.append(f"{offer.source}: {problem}")


def _failure(search: AnchorSearch, seen: _Seen) -> InvalidEvidence | MissingEvidence | None:
    """Return what D1's table says, first row first among those that are met."""
    if search.anchor is None and seen.altered is not None:
        message = _("{source} is anchored for this document, but its bytes are others")
        return InvalidEvidence(SubReason.ALTERED, message.format(source=seen.altered))
    if seen.other_history is not None:
        return seen.other_history
    if search.anchor is not None:
        return None
    return next(_missing(seen))


def _missing(seen: _Seen) -> Iterator[MissingEvidence]:
    if seen.other_registry is not None:
        message = _("{source} names another chain or registry than the policy")
        yield MissingEvidence(SubReason.OTHER_CHAIN, message.format(source=seen.other_registry))
    if seen.not_anchored is not None:
        message = _("the batch that {source} names is not anchored by its institution")
        yield MissingEvidence(SubReason.NOT_ANCHORED, message.format(source=seen.not_anchored))
    if seen.other_document is not None:
        message = _("{source} belongs to another document, and there is no other evidence")
        yield MissingEvidence(SubReason.WRONG_RECEIPT, message.format(source=seen.other_document))
    yield MissingEvidence(SubReason.NO_RECEIPT, _("no receipt and no manifest lists this document"))
