"""Not one bit of an issued document can change unseen, wherever it stands."""

import random
import re
from collections.abc import Iterator

import pytest

from tests.verifier.issued import Office
from verifier.errors import SubReason
from verifier.pdf_signature import open_document
from verifier.report import Verdict
from verifier.salvage import salvage_transcripts

PLACES = 20
REGIONS = (
    "header",
    "rendered part",
    "attachment",
    "xref and trailer 0",
    "xref and trailer 1",
    "xref and trailer 2",
    "xref and trailer 3",
    "prepare increment",
    "principal's CMS",
    "padding after the principal's CMS",
    "seal's CMS",
    "padding after the seal's CMS",
)


def regions(pdf: bytes) -> Iterator[tuple[str, range]]:
    """Name the parts of an issued PDF and where they stand."""
    document = open_document(pdf)
    ends = document.revision_ends
    attachment = re.search(rb"/Type/EmbeddedFile.*?stream\r?\n", pdf, re.DOTALL)
    assert attachment is not None
    yield "header", range(15)
    yield "rendered part", range(15, ends[0])
    yield "attachment", range(attachment.end(), pdf.index(b"endstream", attachment.end()))
    yield "prepare increment", range(ends[0], ends[1])
    for number, end in enumerate(ends):
        start = document.reader.xrefs.get_xref_container_info(number).start_location
        yield f"xref and trailer {number}", range(start, end)
    for whose, signature in zip(("principal's", "seal's"), document.signatures, strict=True):
        numbers = list.__iter__(signature.field["/V"]["/ByteRange"])
        _zero, start, end, _tail = (int(number) for number in numbers)
        digits = len(pdf[start + 1 : end - 1].rstrip(b"0"))
        padding = start + 1 + digits + digits % 2
        yield f"{whose} CMS", range(start + 1, padding)
        yield f"padding after the {whose} CMS", range(padding, end - 1)


@pytest.mark.parametrize("region", REGIONS)
def test_a_flipped_bit_is_always_seen(issued: Office, region: str) -> None:
    """
    20 places of each region: TOTAL-FAILED, and ALTERED wherever the data are as they were.

    Only where the attachment itself has changed may the file be unreadable or its signature fail.
    """
    pdf = issued.documents["a"].pdf
    original = open_document(pdf).transcripts
    place = dict(regions(pdf))[region]
    view = issued.view()
    choose = random.Random(region)
    for _time in range(PLACES):
        at, bit = choose.choice(place), choose.randrange(8)
        changed = bytearray(pdf)
        changed[at] ^= 1 << bit

        report = issued.check("a", bytes(changed), registry=view)

        assert report.verdict is Verdict.TOTAL_FAILED, (region, at, bit)
        if salvage_transcripts(bytes(changed)) == original:
            assert report.sub_reason is SubReason.ALTERED, (region, at, bit)
        else:
            allowed = (SubReason.FORMAT_FAILURE, SubReason.ALTERED, SubReason.HASH_FAILURE)
            assert report.sub_reason in allowed, (region, at, bit)


def test_the_regions_are_those_that_are_promised(issued: Office) -> None:
    """None is forgotten when the way of signing changes."""
    found = [name for name, _place in regions(issued.documents["a"].pdf)]

    assert sorted(found) == sorted(REGIONS)


@pytest.mark.parametrize("tenths", range(1, 10))
def test_a_cut_is_always_seen(issued: Office, tenths: int) -> None:
    """Wherever the file ends too early."""
    pdf = issued.documents["a"].pdf

    report = issued.check("a", pdf[: len(pdf) * tenths // 10])

    assert report.verdict is Verdict.TOTAL_FAILED
    assert report.sub_reason in (SubReason.ALTERED, SubReason.FORMAT_FAILURE)
