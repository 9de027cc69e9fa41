"""
Every entry of every rebuilt batch, in a temporary file of fixed rows and two small indexes.

An audit asks which entries are of one series, or have one document's digest. A million entries as
objects would be a gigabyte; here they are some bytes of memory each, and a row on the disk.
"""

import os
import tempfile
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from operator import add
from struct import Struct
from types import TracebackType

from verifier.fields import to_hex
from verifier.manifest import ManifestEntry
from verifier.manifest_scan import EntryPart
from verifier.messages import _
from verifier.registry_records import BatchRecord

_ROW = Struct(">32s32sI4xQ")
_SIZE = Struct(">4xQ")
_WORDS, _SERIES_WORD = _ROW.size // 8, 32 // 8
_KEY = Struct("=Q")
_HALF = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntry:
    """An entry of a rebuilt batch, its place there (from 0) and its leaf hash."""

    entry: ManifestEntry
    leaf: bytes
    batch: BatchRecord
    index: int

    def described(self) -> str:
        """Name the entry by what is public of it."""
        text = _("series {series}, version {version}, document {digest} of {institution}")
        return text.format(
            series=to_hex(self.entry.series_id),
            version=self.entry.version,
            digest=to_hex(self.entry.document_digest),
            institution=self.batch.institution,
        )

    def subject(self) -> dict[str, str | bytes | int]:
        """Return what a finding about this entry is about."""
        return {
            "institution": self.batch.institution,
            "root": self.batch.root,
            "leaf_index": self.index,
            "series_id": self.entry.series_id,
            "version": self.entry.version,
            "document_digest": self.entry.document_digest,
            "event": self.batch.history_size,
        }


class EntryStore:
    """
    Entries in the order of anchoring: add all of them, then ask.

    Args:
        leaves: leaf hashes by which entries will be asked for.
    """

    def __init__(self, leaves: Set[bytes] = frozenset()) -> None:
        self._wanted = leaves
        self._with_leaf: dict[tuple[str, bytes], int] = {}
        self._file = tempfile.TemporaryFile(prefix="hocba-audit-")  # noqa: SIM115  see __exit__
        self._batches: list[BatchRecord] = []
        self._starts: list[int] = []
        # The first eight bytes of each entry's digest and series id. What begins alike may be
        # alike, and is then compared as a whole.
        self._digests = array("Q")
        self._series = array("Q")
        self._places: array[int] | None = None
        self.count = 0

    def __enter__(self) -> "EntryStore":
        """Give itself."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Remove the temporary file."""
        self._file.close()

    def begin(self, batch: BatchRecord) -> None:
        """Let the next parts be of *batch*."""
        self._batches.append(batch)
        self._starts.append(self.count)

    def drop(self) -> None:
        """Forget the last batch that was begun, whose manifest turned out to be none."""
        self.count = self._starts.pop()
        self._batches.pop()
        self._file.seek(self.count * _ROW.size)
        self._file.truncate()
        del self._series[self.count :], self._digests[self.count :]
        gone = [key for key, row in self._with_leaf.items() if row >= self.count]
        for key in gone:
            del self._with_leaf[key]

    def add(self, part: EntryPart) -> None:
        """Add the next entries of the batch that was begun."""
        rows = b"".join(map(add, part.bodies, map(_SIZE.pack, part.sizes)))
        self._file.write(rows)
        words = array("Q", rows)
        self._digests.extend(words[::_WORDS])
        self._series.extend(words[_SERIES_WORD::_WORDS])
        if not self._wanted.isdisjoint(part.leaves):
            for at, leaf in enumerate(part.leaves):
                if leaf in self._wanted:
                    key = (self._batches[-1].institution, leaf)
                    self._with_leaf.setdefault(key, self.count + at)
        self.count += len(part.bodies)

    def with_leaf(self, institution: str, leaf: bytes) -> ListedEntry | None:
        """Return an entry by its leaf hash, which is one of those that were named beforehand."""
        row = self._with_leaf.get((institution, leaf))
        return None if row is None else self.row(row)

    def rows_with_digest(self, digest: bytes) -> Iterator[int]:
        """Give the places of one document's entries, in the order of anchoring."""
        if self._places is None:
            keys = [(key & _HALF) << 32 | row for row, key in enumerate(self._digests)]
            keys.sort()
            self._places = array("Q", keys)
        key = _KEY.unpack_from(digest)[0] & _HALF
        for at in range(bisect_left(self._places, key << 32), len(self._places)):
            if self._places[at] >> 32 != key:
                return
            row = self._places[at] & _HALF
            if self.row(row).entry.document_digest == digest:
                yield row

    def first_with_digest(self, digest: bytes) -> ListedEntry | None:
        """Return the entry of a document that was anchored first; None if there is none."""
        row = next(self.rows_with_digest(digest), None)
        return None if row is None else self.row(row)

    def of_institution(self, institution: str, digest: bytes) -> ListedEntry | None:
        """Return the entry of a document that *institution* anchored first; None if none."""
        found = map(self.row, self.rows_with_digest(digest))
        return next((one for one in found if one.batch.institution == institution), None)

    def series_of_many(self) -> list[list[ListedEntry]]:
        """Return the entries of each series that has more than one, in the order of anchoring."""
        return self._groups(self._series, lambda item: item.entry.series_id)

    def digests_of_many(self) -> list[list[ListedEntry]]:
        """Return the entries of each document that has more than one."""
        return self._groups(self._digests, lambda item: item.entry.document_digest)

    def entries_of(self, batch: BatchRecord) -> Iterator[ListedEntry]:
        """Give the entries of one batch in order; none if it was not rebuilt."""
        for at, found in enumerate(self._batches):
            if found is batch:
                stop = self._starts[at + 1] if at + 1 < len(self._starts) else self.count
                yield from map(self.row, range(self._starts[at], stop))

    def __iter__(self) -> Iterator[ListedEntry]:
        """Give all entries in the order of anchoring."""
        return map(self.row, range(self.count))

    def _groups(
        self, keys: "array[int]", whole: Callable[[ListedEntry], bytes]
    ) -> list[list[ListedEntry]]:
        groups: dict[bytes, list[ListedEntry]] = defaultdict(list)
        for row in _rows_alike(keys):
            item = self.row(row)
            groups[whole(item)].append(item)
        return [group for group in groups.values() if len(group) > 1]

    def row(self, row: int) -> ListedEntry:
        """Return the entry at a place, from 0."""
        self._file.flush()
        data = os.pread(self._file.fileno(), _ROW.size, row * _ROW.size)
        digest, series, version, size = _ROW.unpack(data)
        entry = ManifestEntry(
            document_digest=digest, document_size=size, series_id=series, version=version
        )
        at = bisect_right(self._starts, row) - 1
        return ListedEntry(
            entry=entry,
            leaf=entry.leaf_hash(),
            batch=self._batches[at],
            index=row - self._starts[at],
        )


def _rows_alike(keys: "array[int]") -> list[int]:
    """
    Return the places of all keys that stand there more than once, in order.

    A set of all keys would be most of what an audit needs of memory. So they are counted by their
    last bits, in places enough that few meet there, and only those that meet are compared.
    """
    mask = (1 << max(16, (8 * len(keys)).bit_length())) - 1
    taken = bytearray(mask + 1)
    crowded = set()
    for key in keys:
        place = key & mask
        if taken[place]:
            crowded.add(place)
        taken[place] = 1
    rows = [row for row, key in enumerate(keys) if key & mask in crowded]
    count = Counter(keys[row] for row in rows)
    return [row for row in rows if count[keys[row]] > 1]
