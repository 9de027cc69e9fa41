"""
The versions of one series that manifests at hand show, and whether two of them are current (D4).

Anyone can copy a public series id into an entry of their own. So only entries of the document's
institution, or tied to one of them by supersession, count; others are a warning.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from verifier.manifest_shelf import ShelvedEntry
from verifier.registry_state import RegistryState

LONGEST_CHAIN = 1_000
"""Bound on how many supersessions in a row are followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """Other current entries of a document's series."""

    counting: tuple[ShelvedEntry, ...]
    """Of the document's institution, or tied to it by supersession: DISPUTED."""
    strangers: tuple[ShelvedEntry, ...]
    """Of institutions that have nothing to do with it: a warning."""


def find_rivals(
    institution: str, leaf: bytes, entries: Iterable[ShelvedEntry], state: RegistryState
) -> Rivals:
    """
    Find the current entries beside the one with leaf hash *leaf* of *institution*.

    Args:
        institution: the document's.
        leaf: the document's leaf hash.
        entries: all known entries of the document's series.
        state: the folded registry.
    """
    anchored = {
        (entry.institution, entry.entry.leaf_hash()): entry
        for entry in entries
        if entry.is_anchored
    }
    keys = {*anchored, (institution, leaf)}
    ends = {key: _end_of_chain(key, state) for key in keys}
    own_ends = {ends[key] for key in keys if key[0] == institution}
    rivals = [
        (key, entry)
        for key, entry in anchored.items()
        if key != (institution, leaf) and state.status(*key) is None
    ]
    return Rivals(
        counting=tuple(
            entry for key, entry in rivals if key[0] == institution or ends[key] in own_ends
        ),
        strangers=tuple(
            entry for key, entry in rivals if key[0] != institution and ends[key] not in own_ends
        ),
    )


def _end_of_chain(key: tuple[str, bytes], state: RegistryState) -> tuple[str, bytes]:
    """Follow supersessions to the entry that nothing superseded: what is tied meets there."""
    for _step in range(LONGEST_CHAIN):
        status = state.status(*key)
        if status is None or status.successor_institution is None or status.successor_leaf is None:
            break
        key = (status.successor_institution, status.successor_leaf)
    return key
