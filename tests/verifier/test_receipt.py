"""Receipts: what is written reads back, and nothing else is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.canonical import canonical_json
from verifier.entry import Entry
from verifier.errors import InvalidFormat
from verifier.receipt import Receipt, parse_receipt, receipt_to_json

digests = st.binary(min_size=32, max_size=32)
numbers = st.integers(1, 2**53 - 1)


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    size = draw(numbers)
    return Receipt(
        document_digest=draw(digests),
        document_size=draw(numbers),
        series_id=draw(digests),
        version=draw(st.integers(1, 2**32 - 1)),
        leaf_index=draw(st.integers(0, size - 1)),
        tree_size=size,
        inclusion_proof=tuple(draw(st.lists(digests, max_size=5))),
        root=draw(digests),
        institution=draw(st.from_regex(r"[A-Za-z0-9._-]{1,32}", fullmatch=True)),
        chain_id=draw(numbers),
        registry=draw(st.binary(min_size=20, max_size=20)),
        transaction_hash=draw(digests),
        block_number=draw(numbers),
        block_hash=draw(digests),
        history_size=draw(numbers),
        history_head=draw(digests),
    )


EXAMPLE = Receipt(
    document_digest=b"\x01" * 32,
    document_size=1000,
    series_id=b"\x02" * 32,
    version=1,
    leaf_index=2,
    tree_size=3,
    inclusion_proof=(b"\x03" * 32,),
    root=b"\x04" * 32,
    institution="VN-000-THCS-HOA-PHUONG",
    chain_id=88001,
    registry=b"\x05" * 20,
    transaction_hash=b"\x06" * 32,
    block_number=9,
    block_hash=b"\x07" * 32,
    history_size=10,
    history_head=b"\x08" * 32,
)


@given(receipts())
def test_a_receipt_reads_back_and_is_canonical(receipt: Receipt) -> None:
    """Round trip; the bytes are RFC 8785; the entry is the receipt's."""
    data = receipt_to_json(receipt)

    assert parse_receipt(data) == receipt
    assert canonical_json(json.loads(data)) == data
    assert receipt.entry == Entry(
        document_digest=receipt.document_digest,
        series_id=receipt.series_id,
        version=receipt.version,
    )


FIELDS = json.loads(receipt_to_json(EXAMPLE))
WRONG = [
    *[(name, ...) for name in FIELDS],
    ("more", 1), ("format", "hocba/receipt/2"), ("format", "hocba/manifest/1"),
    ("document_digest", "0x" + "AB" * 32), ("document_digest", "01" * 32),
    ("document_digest", "0x" + "01" * 31), ("document_digest", "0x" + "01" * 32 + "\n"),
    ("document_size", 0), ("document_size", "1000"), ("document_size", True),
    ("document_size", 2**53), ("version", 0), ("version", 2**32), ("leaf_index", -1),
    ("leaf_index", 3), ("tree_size", 0), ("inclusion_proof", None),
    ("inclusion_proof", ["0x"]), ("inclusion_proof", ["0x" + "01" * 32] * 65),
    ("institution", "a b"), ("institution", ""), ("institution", "a\n"), ("chain_id", 0),
    ("registry", "0x" + "05" * 32), ("registry", "0x" + "AA" * 20), ("block_number", -1),
    ("history_size", 0), ("history_head", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_receipt_with_one_thing_wrong_is_refused(name: str, value: object) -> None:
    """A missing or unknown field, another type, upper case, a value out of bounds."""
    wrong = {**FIELDS, name: value}
    if value is ...:
        del wrong[name]

    with pytest.raises(InvalidFormat, match=r"x\.receipt\.json"):
        parse_receipt(json.dumps(wrong).encode(), what="x.receipt.json")


def test_the_place_of_the_fault_is_named() -> None:
    """An error says which field."""
    wrong = {**FIELDS, "inclusion_proof": ["0x" + "01" * 32, "no digest"]}

    with pytest.raises(InvalidFormat) as caught:
        parse_receipt(json.dumps(wrong).encode())
    assert caught.value.place.startswith("inclusion_proof[")


def test_a_doubled_name_is_refused() -> None:
    """The second value would win in one reader and lose in another."""
    data = receipt_to_json(EXAMPLE).replace(b'{"block', b'{"version":2,"block', 1)

    with pytest.raises(InvalidFormat, match="twice"):
        parse_receipt(data)


@given(st.binary(max_size=300))
def test_hostile_bytes_are_refused(data: bytes) -> None:
    """Whatever comes in, only InvalidFormat comes out."""
    with pytest.raises(InvalidFormat, match="receipt"):
        parse_receipt(data)


@given(st.integers(0, 2_000), st.binary(min_size=1, max_size=3))
def test_a_mutated_receipt_is_refused_or_a_receipt(at: int, put: bytes) -> None:
    """Overwriting some bytes never gives anything but a refusal or another whole receipt."""
    data = receipt_to_json(EXAMPLE)
    at %= len(data)
    mutated = data[:at] + put + data[at + len(put) :]

    try:
        receipt = parse_receipt(mutated)
    except InvalidFormat:
        return
    assert receipt_to_json(receipt) == mutated or b"\\u" in mutated or b" " in put + b"\t\n\r"
