"""The reader in parts and the reader of objects accept the same manifests, and no others."""

import json
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.verifier.registry.world import document, manifest_of
from verifier import manifest_scan
from verifier.errors import InvalidFormat
from verifier.manifest import Manifest, ManifestEntry, manifest_to_json, parse_manifest
from verifier.manifest_scan import ManifestScan

TRUE = manifest_of([document(number, 1 + number % 3) for number in range(5)])
DATA = manifest_to_json(TRUE)


def scan(data: bytes) -> Manifest:
    """Read in parts what `parse_manifest` reads at once."""
    found = ManifestScan(BytesIO(data), what="manifest")
    entries = [
        ManifestEntry(
            document_digest=body[:32],
            document_size=size,
            series_id=body[32:64],
            version=int.from_bytes(body[64:], "big"),
        )
        for part in found
        for body, size in zip(part.bodies, part.sizes, strict=True)
    ]
    head = found.head
    return Manifest(
        institution=head.institution,
        root=head.root,
        certificates=head.certificates,
        entries=tuple(entries),
        size=head.size,
    )


def both(data: bytes) -> tuple[Manifest | None, Manifest | None]:
    """What either reader makes of some bytes; None when it refuses them."""
    answers = []
    for read in (parse_manifest, scan):
        try:
            answers.append(read(data))
        except InvalidFormat:
            answers.append(None)
    return answers[0], answers[1]


@pytest.mark.parametrize("part_bytes", [1, 7, 150, 151, 1024, 2**20])
def test_parts_of_any_length_give_the_whole(
    monkeypatch: pytest.MonkeyPatch, part_bytes: int
) -> None:
    """Wherever the bytes are cut, no entry is lost or doubled."""
    monkeypatch.setattr(manifest_scan, "PART_BYTES", part_bytes)

    assert scan(DATA) == parse_manifest(DATA) == TRUE


def test_leaves_and_digest_are_those_of_the_manifest() -> None:
    """They are what the root and the anchored digest are compared with."""
    found = ManifestScan(BytesIO(DATA), what="manifest")
    leaves = [leaf for part in found for leaf in part.leaves]

    assert leaves == list(TRUE.leaf_hashes())
    assert found.digest.hex() == sha256(DATA).hexdigest()


def test_a_head_is_known_at_the_end_only() -> None:
    """Its size stands behind the entries."""
    with pytest.raises(ValueError, match="to its end"):
        _ = ManifestScan(BytesIO(DATA), what="manifest").head


def _with(change: str, value: object) -> bytes:
    described = json.loads(DATA)
    described[change] = value
    return json.dumps(described, separators=(",", ":")).encode()


ENTRY = json.loads(DATA)["entries"][0]
BROKEN = {
    "spaces": json.dumps(json.loads(DATA)).encode(),
    "upper case": DATA.replace(b"0x" + DATA[DATA.index(b"0x") + 2 :][:64], b"0x" + b"AB" * 32),
    "no entries": _with("entries", []),
    "another size": _with("size", 6),
    "a version of 0": _with("entries", [[*ENTRY[:3], 0]]),
    "a version too great": _with("entries", [[*ENTRY[:3], 2**32]] * 5),
    "a size too great": _with("entries", [[ENTRY[0], 2**53, *ENTRY[2:]]] * 5),
    "an entry without version": _with("entries", [ENTRY[:3]] * 5),
    "an entry of five": _with("entries", [[*ENTRY, 1]] * 5),
    "text for an entry": _with("entries", ["x"] * 5),
    "a leading zero": DATA.replace(b",1],", b",01],", 1),
    "no comma between": DATA.replace(b"],[", b"][", 1),
    "two commas between": DATA.replace(b"],[", b"],,[", 1),
    "something between": DATA.replace(b"],[", b"],0,[", 1),
    "no hex": DATA.replace(b"0", b"g"),
    "another institution": _with("institution", "a b"),
    "a field more": _with("zero", 0),
    "cut off": DATA[:-20],
    "more behind": DATA + b" ",
    "nothing": b"",
    "a bracket more": DATA.replace(b"]]", b"]]]", 1),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_manifest_is_refused_by_both(data: bytes) -> None:
    """In each other form."""
    assert both(data) == (None, None)


@settings(max_examples=200)
@example(at=0, new=b"")
@given(at=st.integers(0, len(DATA) - 1), new=st.binary(max_size=3))
def test_both_readers_agree_on_changed_manifests(at: int, new: bytes) -> None:
    """A byte is replaced by up to three others: both refuse it, or both read the same."""
    found, scanned = both(DATA[:at] + new + DATA[at + 1 :])

    assert found == scanned


@pytest.mark.parametrize("start", [b"", b'{"entries":[', DATA[:-100]])
def test_bytes_without_entries_are_not_gathered(start: bytes) -> None:
    """What can be no manifest any more is refused before it fills the memory, in linear time."""

    class Endless(BytesIO):
        given = 0

        def read(self, size: int | None = -1) -> bytes:
            self.given += size or 0
            return super().read(size) or b"x" * (size or 0)

    file = Endless(start)
    with pytest.raises(InvalidFormat):
        list(ManifestScan(file, what="manifest"))

    assert file.given <= (3 * manifest_scan.PART_BYTES if start else 2**25)


def test_a_manifest_that_is_too_long_is_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory and time are bounded whatever a file holds."""
    monkeypatch.setattr(manifest_scan, "MAX_MANIFEST_BYTES", 100)

    with pytest.raises(InvalidFormat, match="too many"):
        scan(DATA)
