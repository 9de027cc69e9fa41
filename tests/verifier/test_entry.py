"""Entries, series ids and institution codes: the bytes that are hashed."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.entry import Entry, series_id
from verifier.errors import InvalidFormat
from verifier.institution import institution_from_bytes32, institution_to_bytes32

digests = st.binary(min_size=32, max_size=32)
entries = st.builds(
    Entry, document_digest=digests, series_id=digests, version=st.integers(1, 2**32 - 1)
)


@given(entries)
def test_an_entry_is_69_bytes_and_reads_back(entry: Entry) -> None:
    """`0x01 ‖ document_digest ‖ series_id ‖ version`."""
    data = entry.to_bytes()

    assert len(data) == 69
    assert data == b"\x01" + entry.document_digest + entry.series_id + entry.version.to_bytes(4)
    assert Entry.from_bytes(data) == entry
    assert entry.leaf_hash() == sha256(b"\x00" + data).digest()


@given(st.binary(max_size=80))
def test_hostile_bytes_are_an_entry_or_refused(data: bytes) -> None:
    """Only what an entry writes is read as one."""
    try:
        entry = Entry.from_bytes(data)
    except InvalidFormat:
        return
    assert entry.to_bytes() == data


@pytest.mark.parametrize(
    ("digest", "series", "version"),
    [(b"", bytes(32), 1), (bytes(32), bytes(31), 1), (bytes(32), bytes(32), 0),
     (bytes(32), bytes(32), 2**32)],
)  # fmt: skip
def test_an_impossible_entry_cannot_be_made(digest: bytes, series: bytes, version: int) -> None:
    """Digests are 32 bytes, versions count from 1."""
    with pytest.raises(InvalidFormat, match="entry"):
        Entry(document_digest=digest, series_id=series, version=version)


def test_a_series_id_is_what_the_design_says() -> None:
    """SHA-256 over domain, key, kind, zero byte and school year."""
    key = bytes(range(32))
    expected = sha256(b"hocba/series/1" + key + b"YEAR\x002025-2026").digest()

    assert series_id(key, "YEAR", "2025-2026") == expected
    assert series_id(key, "LEVEL", "") == sha256(b"hocba/series/1" + key + b"LEVEL\x00").digest()


@pytest.mark.parametrize(
    ("key", "kind", "year"),
    [(bytes(31), "YEAR", "2025-2026"), (bytes(32), "TERM", "2025-2026"), (bytes(32), "YEAR", ""),
     (bytes(32), "LEVEL", "2025-2026"), (bytes(32), "YEAR", "năm")],
)  # fmt: skip
def test_a_series_that_cannot_be_is_refused(key: bytes, kind: str, year: str) -> None:
    """The kind decides whether there is a school year."""
    with pytest.raises(InvalidFormat, match=r"."):
        series_id(key, kind, year)


@given(st.from_regex(r"[A-Za-z0-9._-]{1,32}", fullmatch=True))
def test_an_institution_code_reads_back(code: str) -> None:
    """Zero-padded to 32 bytes and back."""
    assert institution_from_bytes32(institution_to_bytes32(code)) == code


@given(st.binary(max_size=40))
def test_hostile_bytes_are_a_code_or_refused(data: bytes) -> None:
    """Only what a code gives is read as one."""
    try:
        code = institution_from_bytes32(data)
    except InvalidFormat:
        return
    assert institution_to_bytes32(code) == data


@pytest.mark.parametrize("code", ["", "a" * 33, "a b", "trường", "a\n", "a/b", "a\x00"])
def test_what_is_no_code_is_refused(code: str) -> None:
    """ASCII letters, digits, '.', '_' and '-', at most 32."""
    with pytest.raises(InvalidFormat, match="institution"):
        institution_to_bytes32(code)
