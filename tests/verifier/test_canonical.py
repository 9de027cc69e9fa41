"""Strict reading and canonical writing of JSON."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.canonical import (
    MAX_DEPTH,
    MAX_INTEGER,
    canonical_json,
    is_canonical,
    is_nfc,
    parse_json,
)
from verifier.errors import InvalidFormat

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=6), inner, max_size=4
    ),
    max_leaves=20,
)  # fmt: skip


def parse(data: bytes) -> object:
    return parse_json(data, what="text", max_bytes=100_000)


@given(values)
def test_what_is_written_is_read_back(value: object) -> None:
    """Round trip, and the canonical form of a canonical form is itself."""
    written = canonical_json(value)

    assert parse(written) == value
    assert canonical_json(parse(written)) == written


@given(values)
def test_canonical_is_what_the_library_would_write(value: object) -> None:
    """The quick comparison never differs from RFC 8785 itself, whatever the spacing and order."""
    written = canonical_json(value)
    loose = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    assert is_canonical(value, written)
    assert is_canonical(value, loose) == (loose == written)
    assert not is_canonical(value, written + b" ")


def test_names_are_in_order_of_utf_16() -> None:
    """U+1F600 is written before U+FB33, although its number is greater (RFC 8785, 3.2.3)."""
    value = {"\ufb33": 1, "\U0001f600": 2}

    assert is_canonical(value, '{"\U0001f600":2,"\ufb33":1}'.encode())
    assert not is_canonical(value, '{"\ufb33":1,"\U0001f600":2}'.encode())


@given(values)
def test_one_look_finds_all_texts_in_nfc(value: object) -> None:
    """It may doubt what is, but takes nothing for NFC that is not."""
    written = json.dumps(value, ensure_ascii=False)
    composed = json.loads(unicodedata.normalize("NFC", written))

    assert is_nfc(composed)
    assert not is_nfc([value, "e\u0302"])


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b'{"a":1,"a":1}', b'{"a":{"b":1,"b":2}}', b"1.0", b"1e3", b"-0", b"NaN",
        b"Infinity", b"-Infinity", b"01", b"+1", b"\xff", b'"\xc3"', b"\xef\xbb\xbf1",
        b'"\\ud800"', b'{"\\udfff":1}', b"9007199254740992", b"-9007199254740992",
        b"9" * 5_000, b"[" * 90_000, b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2),
        b'{"a":' * 20_000, b"1 2", b"'a'", b"nul", b'"\x00"', b'"\n"', b"[1,]", b" " * 100_001,
        "１".encode(), b'{"a":1,"\\u0061":2}',
    ],
)  # fmt: skip
def test_what_is_no_strict_json_is_refused(data: bytes) -> None:
    """Doubled names, fractions, great numbers, surrogates, depth, other encodings."""
    with pytest.raises(InvalidFormat, match=r"^text: "):
        parse(data)


@given(st.binary(max_size=200))
def test_hostile_bytes_raise_nothing_else(data: bytes) -> None:
    """What is read is JSON for the standard library, too."""
    try:
        value = parse(data)
    except InvalidFormat:
        return
    assert json.loads(data) == value


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, {1: 2}, "\ud800", object()])
def test_what_has_no_canonical_form_is_not_written(value: object) -> None:
    """Fractions are values of RFC 8785, but of none of the formats here; the rest has no form."""
    if value == 1.5:
        with pytest.raises(InvalidFormat, match="not written as an integer"):
            parse(canonical_json(value))
    else:
        with pytest.raises(ValueError, match=r"."):
            canonical_json(value)
