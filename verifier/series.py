"""
Which entries of one series count against each other: for verification and audit alike (ADR 0004).

Anyone can copy a public series id into an entry of their own, and supersede that entry by somebody
else's, because the successor's institution is not asked. But copies come later. So a series
belongs to the institution that anchored the first of its entries, and to those that it handed the
series on to by superseding. Whoever else has entries of it stands outside, with a line of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from verifier.manifest_shelf import ShelvedEntry
from verifier.registry_state import RegistryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """Other current entries of a document's series."""

    counting: tuple[ShelvedEntry, ...]
    """Of the document's institution, or of one in the same line: DISPUTED."""
    strangers: tuple[ShelvedEntry, ...]
    """Of institutions that have nothing to do with it: a warning."""


def find_lines(
    anchored: Iterable[tuple[str, bytes, bytes]], state: RegistryState
) -> Mapping[str, str]:
    """
    Tell by whom each institution's entries of one series were begun.

    Args:
        anchored: institution, leaf hash and batch root of all known entries of the series.
        state: the folded registry, which knows the batches.

    Returns:
        The beginner of each institution's line, in the order in which the lines began: the first
        value is the institution that began the series.
    """
    first: dict[str, int] = {}
    handed_on: dict[str, set[str]] = defaultdict(set)
    for institution, leaf, root in anchored:
        place = state.batches[institution, root].history_size
        first[institution] = min(place, first.get(institution, place))
        status = state.status(institution, leaf)
        if status is not None and status.successor_institution is not None:
            handed_on[institution].add(status.successor_institution)
    lines: dict[str, str] = {}
    for beginner in sorted(first, key=first.__getitem__):
        waiting = [beginner]
        while waiting:
            institution = waiting.pop()
            if institution not in lines:
                lines[institution] = beginner
                waiting.extend(handed_on[institution])
    return lines


def find_rivals(
    institution: str,
    leaf: bytes,
    root: bytes,
    entries: Iterable[ShelvedEntry],
    state: RegistryState,
) -> Rivals:
    """
    Find the current entries beside the one with leaf hash *leaf* of *institution*.

    Args:
        institution: the document's.
        leaf: the document's leaf hash.
        root: of the batch in which *institution* anchored it.
        entries: all known entries of the document's series.
        state: the folded registry.
    """
    known = [(entry.institution, entry.entry.leaf_hash(), entry) for entry in entries]
    anchored = [(holder, other, entry.root) for holder, other, entry in known if entry.is_anchored]
    lines = find_lines([(institution, leaf, root), *anchored], state)
    current = {
        (holder, other): entry
        for holder, other, entry in known
        if entry.is_anchored
        and (holder, other) != (institution, leaf)
        and state.status(holder, other) is None
    }
    own = lines[institution]
    return Rivals(
        counting=tuple(one for (holder, _), one in current.items() if lines[holder] == own),
        strangers=tuple(one for (holder, _), one in current.items() if lines[holder] != own),
    )
