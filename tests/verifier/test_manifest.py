"""Manifests: one spelling only, and a root that its entries lead to."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.issuance.merkle_tree import build_tree
from verifier.canonical import canonical_json
from verifier.errors import InvalidFormat, OtherHistory
from verifier.manifest import (
    DeclaredCertificate,
    Manifest,
    ManifestEntry,
    check_manifest_root,
    manifest_digest,
    manifest_to_json,
    parse_any_spelling,
    parse_manifest,
)

digests = st.binary(min_size=32, max_size=32)
entries = st.builds(
    ManifestEntry,
    document_digest=digests,
    document_size=st.integers(1, 2**53 - 1),
    series_id=digests,
    version=st.integers(1, 2**32 - 1),
)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    listed = tuple(draw(st.lists(entries, min_size=1, max_size=6)))
    return Manifest(
        institution=draw(st.from_regex(r"[A-Za-z0-9._-]{1,32}", fullmatch=True)),
        root=build_tree([entry.leaf_hash() for entry in listed]).root,
        size=len(listed),
        certificates=tuple(
            DeclaredCertificate(identity=identity, use=use)
            for identity, use in draw(
                st.lists(st.tuples(digests, st.sampled_from(["PRINCIPAL", "SEAL"])), max_size=3)
            )
        ),
        entries=listed,
    )


@given(manifests())
def test_a_manifest_reads_back_and_is_canonical(manifest: Manifest) -> None:
    """Round trip; the bytes are RFC 8785; its root is that of its entries."""
    data = manifest_to_json(manifest)

    assert parse_manifest(data) == manifest
    assert canonical_json(json.loads(data)) == data
    assert len(manifest_digest(data)) == 32
    check_manifest_root(manifest)


@given(manifests())
def test_another_order_or_root_is_noticed(manifest: Manifest) -> None:
    """The entries stand in the order of the tree."""
    with pytest.raises(OtherHistory, match="lead to root"):
        check_manifest_root(replace(manifest, root=bytes(32)))
    turned = replace(manifest, entries=tuple(reversed(manifest.entries)))
    if list(turned.leaf_hashes()) != list(manifest.leaf_hashes()):
        with pytest.raises(OtherHistory, match="lead to root"):
            check_manifest_root(turned)


@given(manifests())
def test_another_spelling_is_refused(manifest: Manifest) -> None:
    """Spaces, another order of names, a line end: one digest, one spelling."""
    data = manifest_to_json(manifest)
    described = json.loads(data)
    turned = dict(reversed(list(described.items())))

    for spelling in (
        json.dumps(described).encode(),
        json.dumps(turned, separators=(",", ":")).encode(),
        data + b"\n",
        b" " + data,
        data.replace(b'"size"', b'"\\u0073ize"'),
    ):
        with pytest.raises(InvalidFormat, match="canonical"):
            parse_manifest(spelling)
        assert parse_any_spelling(spelling) == manifest


EXAMPLE = Manifest(
    institution="VN-000-THCS-HOA-PHUONG",
    root=b"\x01" * 32,
    size=1,
    certificates=(DeclaredCertificate(identity=b"\x02" * 32, use="SEAL"),),
    entries=(
        ManifestEntry(
            document_digest=b"\x03" * 32, document_size=9, series_id=b"\x04" * 32, version=1
        ),
    ),
)
FIELDS = json.loads(manifest_to_json(EXAMPLE))
ENTRY = FIELDS["entries"][0]
WRONG = [
    *[(name, ...) for name in FIELDS],
    ("more", 1), ("format", "hocba/manifest/2"), ("size", 2), ("size", 0), ("size", True),
    ("size", 1.0), ("entries", []), ("entries", [ENTRY[:3]]), ("entries", [[*ENTRY, 1]]),
    ("entries", [[ENTRY[0], 0, *ENTRY[2:]]]), ("entries", [[*ENTRY[:3], 0]]),
    ("entries", [["0x" + "AB" * 32, *ENTRY[1:]]]), ("entries", {}), ("root", "0x"),
    ("institution", "a b"), ("certificates", [{"identity": "0x" + "02" * 32, "use": "TSA"}]),
    ("certificates", [{"identity": "0x" + "02" * 32, "use": "SEAL", "name": "x"}]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_manifest_with_one_thing_wrong_is_refused(name: str, value: object) -> None:
    """A missing or unknown field, another type, a size that is not the number of entries."""
    wrong = {**FIELDS, name: value}
    if value is ...:
        del wrong[name]

    with pytest.raises(InvalidFormat, match=r"x\.manifest\.json"):
        parse_manifest(json.dumps(wrong, separators=(",", ":")).encode(), what="x.manifest.json")


@given(st.binary(max_size=300))
def test_hostile_bytes_are_refused(data: bytes) -> None:
    """Whatever comes in, only InvalidFormat comes out."""
    with pytest.raises(InvalidFormat, match="manifest"):
        parse_manifest(data)


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"entries":' * 50_000, b"\xff" * 10, b"1" * 9])
def test_hostile_shapes_are_refused(data: bytes) -> None:
    """Depth and rubbish do no harm."""
    with pytest.raises(InvalidFormat, match="manifest"):
        parse_manifest(data)


@given(st.integers(0, 2_000), st.binary(min_size=1, max_size=3))
def test_a_mutated_manifest_is_refused_or_says_exactly_its_bytes(at: int, put: bytes) -> None:
    """Whatever is read writes the very bytes that were read."""
    data = manifest_to_json(EXAMPLE)
    at %= len(data)
    mutated = data[:at] + put + data[at + len(put) :]

    try:
        manifest = parse_manifest(mutated)
    except InvalidFormat:
        return
    assert manifest_to_json(manifest) == mutated
