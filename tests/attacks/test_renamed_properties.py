"""Properties that say the same words in another language or order."""

import re

import pytest

from tests.attacks.ground import Anatomy, Ground, with_validation_data
from tests.verifier.outcomes import FAILED, PASSED
from verifier.errors import SubReason


def with_properties(ground: Ground, old: bytes, new: bytes) -> bytes:
    """The original with validation data, and *new* for *old* in its XMP."""
    pdf = ground.original
    number = int(re.findall(rb"/Metadata (\d+) 0 R", pdf)[-1])
    xmp = Anatomy(pdf).body(number).partition(b"stream\n")[2].removesuffix(b"endstream").strip()
    said = re.sub(old, lambda _found: new, xmp)
    assert said != xmp
    body = b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream" % (len(said), said)
    return with_validation_data(ground, pdf, {number: body})


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"<rdf:RDF", b"<!-- by a program --><rdf:RDF"), (b"<dc:title>", b"<dc:title>\n")],
)
def test_another_way_to_write_the_same_properties_may_follow(
    ground: Ground, old: bytes, new: bytes
) -> None:
    """Programs write the same XMP in many ways (ISO 16684-1, 7.4)."""
    assert ground.judge(with_properties(ground, old, new)) == (PASSED, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'xml:lang="[^"]*"', b'xml:lang="en"'),
        (b"rdf:Alt", b"rdf:Seq"),
        (b'rdf:about=""', b'rdf:about="urn:other"'),
    ],
)
def test_another_language_or_kind_of_list_is_a_change(
    ground: Ground, old: bytes, new: bytes
) -> None:
    """A title in another language is another title."""
    assert ground.judge(with_properties(ground, old, new)) == (FAILED, SubReason.APPENDED)
