"""
The manifests at hand, in a folder and published on chain, and the entries they list.

A manifest counts only if its bytes have the digest that its institution anchored, and its entries
are the tree under that root; one that does not is skipped and named. Looking up a series reads
the bytes first (in RFC 8785 form a digest has one spelling), so that only the manifest that holds
it is parsed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.errors import InvalidFormat, VerifierError
from verifier.fields import to_hex
from verifier.manifest import (
    MAX_MANIFEST_BYTES,
    Manifest,
    ManifestEntry,
    check_manifest_root,
    manifest_digest,
    parse_manifest,
)
from verifier.messages import _
from verifier.registry_records import BatchRecord
from verifier.registry_state import RegistryState
from verifier.regular_file import open_regular
from verifier.system_words import why

KEPT_MANIFESTS = 4
KEPT_BYTES = 64 * 1024 * 1024
PATTERN = "*.manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedEntry:
    """An entry of a manifest, and where it stands."""

    source: str
    institution: str
    root: bytes
    tree_size: int
    index: int
    entry: ManifestEntry
    is_anchored: bool | None
    """Whether the registry knows the manifest's batch; None when there is no registry to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Indexed:
    manifest: Manifest
    positions: Mapping[bytes, Sequence[int]]
    """Where the entries of a series, and of a document digest, stand."""


class ManifestShelf:
    """Manifests of a folder and of the chain, parsed when needed."""

    def __init__(
        self,
        *,
        folder: Path | None,
        published: Mapping[bytes, bytes],
        state: RegistryState | None,
    ) -> None:
        self._files = tuple(sorted(folder.glob(PATTERN))) if folder is not None else ()
        self._published = published
        self._state = state
        self._bytes: dict[Path, bytes] = {}
        self._indexed: dict[str, _Indexed | str] = {}
        self._anchored_digests = (
            None if state is None else {batch.manifest_digest for batch in state.batches.values()}
        )

    def entries(self, key: bytes, problems: list[str]) -> Iterator[ShelvedEntry]:
        """
        Give the entries whose series id or document digest is *key*, folder before chain.

        What is wrong with a manifest that mentions *key* is added to *problems*.
        """
        spelled = to_hex(key).encode("ascii")
        for source, data in self._sources(problems):
            if spelled not in data:
                continue
            indexed = self._index(source, data)
            if isinstance(indexed, str):
                problems.append(indexed)
                continue
            for position in indexed.positions.get(key, ()):
                yield self._shelved(source, indexed.manifest, position)

    def _sources(self, problems: list[str]) -> Iterator[tuple[str, bytes]]:
        for path in self._files:
            try:
                yield str(path), self._read(path)
            except OSError as error:
                problem = _("{path}: cannot be read ({reason})")
                problems.append(problem.format(path=path, reason=why(error)))
        for digest, data in self._published.items():
            if self._anchored_digests is None or digest in self._anchored_digests:
                yield _("manifest {digest} on chain").format(digest=to_hex(digest)), data

    def _read(self, path: Path) -> bytes:
        if path in self._bytes:
            return self._bytes[path]
        with open_regular(path) as file:
            data = file.read(MAX_MANIFEST_BYTES + 1)
        if sum(map(len, self._bytes.values())) + len(data) <= KEPT_BYTES:
            self._bytes[path] = data
        return data

    def _index(self, source: str, data: bytes) -> _Indexed | str:
        """Parse and check a manifest once; the problem in words when it cannot be used."""
        if source not in self._indexed:
            while len(self._indexed) >= KEPT_MANIFESTS:
                del self._indexed[next(iter(self._indexed))]
            try:
                self._indexed[source] = self._checked(source, data)
            except VerifierError as error:
                text = str(error)
                self._indexed[source] = text if source in text else f"{source}: {text}"
        return self._indexed[source]

    def _checked(self, source: str, data: bytes) -> _Indexed:
        manifest = parse_manifest(data, what=source)
        batch = self._batch(manifest)
        if batch is not None and batch.manifest_digest != manifest_digest(data):
            raise InvalidFormat(source, "", _("it is not the manifest that was anchored"))
        check_manifest_root(manifest)
        positions: dict[bytes, list[int]] = {}
        for index, entry in enumerate(manifest.entries):
            for key in (entry.series_id, entry.document_digest):
                positions.setdefault(key, []).append(index)
        return _Indexed(manifest=manifest, positions=positions)

    def _batch(self, manifest: Manifest) -> BatchRecord | None:
        if self._state is None:
            return None
        return self._state.batch(manifest.institution, manifest.root)

    def _shelved(self, source: str, manifest: Manifest, position: int) -> ShelvedEntry:
        batch = self._batch(manifest)
        return ShelvedEntry(
            source=source,
            institution=manifest.institution,
            root=manifest.root,
            tree_size=manifest.size,
            index=position,
            entry=manifest.entries[position],
            is_anchored=None
            if self._state is None
            else batch is not None and batch.size == manifest.size,
        )
