"""
Merkle trees as RFC 9162 section 2.1 defines them, checking side only.

The tree head is computed as a stream over a compact range (one node for each set bit of the
number of leaves seen, parts of leaves at once), the service's builder keeps whole levels: two
algorithms that the tests compare.
"""

import itertools
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import islice

from verifier.errors import BadInclusionProof
from verifier.messages import _

DIGEST_SIZE = sha256().digest_size
EMPTY_TREE_HEAD = sha256().digest()
"""The head of a tree without leaves (RFC 9162 section 2.1.1)."""
_PART = 64
"""So many leaves are hashed at once; a power of two."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one log entry (section 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent (section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """
    Check that *leaf* (a leaf hash) is entry *index* of the tree of *size* entries under *root*.

    Says what section 2.1.3.2 says, with its loop unrolled: up to the level where the paths to
    *index* and to the last entry meet, the bits of *index* tell left from right; above it every
    sibling stands on the left.

    Raises:
        BadInclusionProof: the proof is malformed or leads to another root.
    """
    if any(len(digest) != DIGEST_SIZE for digest in (leaf, *proof, root)):
        raise BadInclusionProof(_("a digest of the inclusion proof is not 32 bytes long"))
    if not 0 <= index < size:
        message = _("index {index} lies outside a tree of {size} entries")
        raise BadInclusionProof(message.format(index=index, size=size))
    meet = (index ^ (size - 1)).bit_length()
    depth = meet + (index >> meet).bit_count()
    if len(proof) != depth:
        message = _("the inclusion proof has {found} siblings, expected {expected}")
        raise BadInclusionProof(message.format(found=len(proof), expected=depth))
    node = leaf
    for level, sibling in enumerate(proof):
        sibling_is_left = level >= meet or index >> level & 1
        node = node_hash(sibling, node) if sibling_is_left else node_hash(node, sibling)
    if node != root:
        raise BadInclusionProof(_("the inclusion proof leads to another root"))


def tree_head(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over *leaf_hashes* in order (section 2.1.1), in memory of O(log n)."""
    leaves = iter(leaf_hashes)
    peaks: list[bytes] = []
    for count in itertools.count():
        part = list(islice(leaves, _PART))
        if len(part) < _PART:
            break
        _append(peaks, count, _head_of_whole(part))
    for count, leaf in enumerate(part):
        _append(peaks, count, leaf)
    if not peaks:
        return EMPTY_TREE_HEAD
    head = peaks.pop()
    while peaks:
        head = node_hash(peaks.pop(), head)
    return head


def _append(peaks: list[bytes], count: int, node: bytes) -> None:
    """Put one more subtree behind *count* equally large ones."""
    while count & 1:
        node = node_hash(peaks.pop(), node)
        count >>= 1
    peaks.append(node)


def _head_of_whole(level: list[bytes]) -> bytes:
    """Return the root over a power of two of nodes; `node_hash` is written out, for speed."""
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return level[0]
