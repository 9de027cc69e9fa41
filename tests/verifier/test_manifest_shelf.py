"""Looking up entries in manifests, also in those that were made to be slow."""

from hashlib import sha256
from pathlib import Path

from verifier.manifest import Manifest, ManifestEntry, manifest_to_json
from verifier.manifest_shelf import ManifestShelf
from verifier.merkle import tree_head

SERIES = sha256(b"series").digest()


def test_many_entries_of_one_series_are_found_in_one_pass(tmp_path: Path) -> None:
    """All 100,000, in order; a cost that grew with their square would take minutes."""
    entries = tuple(
        ManifestEntry(
            document_digest=number.to_bytes(32, "big"),
            document_size=1,
            series_id=SERIES,
            version=1,
        )
        for number in range(100_000)
    )
    manifest = Manifest(
        institution="VN-1",
        root=tree_head(entry.leaf_hash() for entry in entries),
        size=len(entries),
        certificates=(),
        entries=entries,
    )
    (tmp_path / "x.manifest.json").write_bytes(manifest_to_json(manifest))
    shelf = ManifestShelf(folder=tmp_path, published={}, state=None)

    found = list(shelf.entries(SERIES, []))

    assert [entry.index for entry in found] == list(range(len(entries)))
    assert [one.index for one in shelf.entries((7).to_bytes(32, "big"), [])] == [7]
