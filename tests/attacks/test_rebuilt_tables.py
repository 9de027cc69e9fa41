"""Validation data that one program reads as such, while others repair the file into another."""

import re
import subprocess
from collections.abc import Callable

import pytest

from tests.attacks.ground import (
    Anatomy,
    Ground,
    append,
    information,
    stream,
    validation_data,
    with_validation_data,
)
from tests.verifier.outcomes import FAILED, PASSED
from verifier.errors import SubReason

APPENDED = (FAILED, SubReason.APPENDED)
TEXT = b"BT /F1 30 Tf 60 600 Td (FORGED) Tj ET"
PAGE = b"""<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources
<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"""


def put(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """Replace the last *old*."""
    at = pdf.rindex(old)
    return pdf[:at] + new + pdf[at + len(old) :]


def second_document(ground: Ground, hook: bytes = b"/Aux %d 0 R") -> dict[int, bytes]:
    """Real validation data with a second document on a key of the certificate's stream."""
    objects = validation_data(ground, ground.original)
    certificate = Anatomy(ground.original).size
    catalog = max(objects) + 1
    objects[certificate] = b"<<" + hook % catalog + objects[certificate].removeprefix(b"<<")
    return {
        **objects,
        catalog: b"<</Type/Catalog/Pages %d 0 R>>" % (catalog + 1),
        catalog + 1: b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (catalog + 2),
        catalog + 2: PAGE % (catalog + 1, catalog + 3),
        catalog + 3: stream(TEXT),
    }


def info_with(pdf: bytes, producer: bytes) -> dict[int, bytes]:
    """Info with another producer, which programs that add something may write."""
    number = int(information(pdf).split()[1])
    body = re.sub(rb"/Producer\s*\((?:[^()\\]|\\.)*\)", b"", Anatomy(pdf).body(number))
    return {number: body.removesuffix(b">>") + b"/Producer(" + producer + b")>>"}


def odd_white_space_in_trailer(ground: Ground) -> bytes:
    """The vertical tab is no white space, but pyHanko's regular expressions take it for such."""
    pdf = ground.original
    objects = second_document(ground)
    catalog = max(objects) - 3
    line = b"\ntrailer <</Size %d/Root %d 0 R>>\n" % (max(objects) + 1, catalog)
    forged = append(pdf, {**objects, **info_with(pdf, line)}, trailer=information(pdf))
    root = Anatomy(pdf).root
    return put(forged, b"/Root %d 0 R" % root, b"/Root %d\x0b0\x0bR" % root)


def shown(pdf: bytes) -> str:
    """What poppler reads on the pages."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=False)
    return done.stdout.decode()


def test_a_document_that_poppler_repairs_into_another_is_refused(ground: Ground) -> None:
    """Nobody but the holder touched it, and pyHanko still reads the honest pages."""
    forged = odd_white_space_in_trailer(ground)

    assert shown(forged).strip() == "FORGED"
    assert ground.judge(forged) == APPENDED


def test_the_ground_of_these_attacks_is_good(ground: Ground) -> None:
    """The same validation data, written plainly, with another producer."""
    pdf = ground.original

    assert ground.judge(with_validation_data(ground, pdf, {})) == (PASSED, None)
    added = with_validation_data(ground, pdf, info_with(pdf, b"a program"))
    assert ground.judge(added) == (PASSED, None)


@pytest.mark.parametrize(
    "hook",
    [b"/Aux %d 0 R", b"/Type/XRef/Root %d 0 R", b"/DecodeParms %d 0 R", b"/F %d 0 R"],
)
def test_nothing_hangs_on_the_dictionary_of_a_certificate(ground: Ground, hook: bytes) -> None:
    """A stream of validation data has a length and a filter."""
    objects = second_document(ground, hook)

    forged = append(ground.original, objects, trailer=information(ground.original))
    assert ground.judge(forged) == APPENDED


@pytest.mark.parametrize(
    "words",
    [
        b"\n404 0 objR\n",
        b"\n404 0 obj <<>>",
        b"\n404\t\x0b0\x0c obj",
        b"trailer <</Root 1 0 R>>",
        b"startxref 9",
        b"\n%%EOF\n",
        b" endobj ",
    ],
)
def test_no_string_holds_the_bones_of_a_file(ground: Ground, words: bytes) -> None:
    """A program that repairs looks for them anywhere."""
    pdf = ground.original

    assert ground.judge(with_validation_data(ground, pdf, info_with(pdf, words))) == APPENDED


def test_no_stream_holds_the_bones_of_a_file(ground: Ground) -> None:
    """Nor may the properties in XMP, whose producer may change."""
    pdf = ground.original
    number = int(re.findall(rb"/Metadata (\d+) 0 R", pdf)[-1])
    xmp = Anatomy(pdf).body(number).partition(b"stream\n")[2].removesuffix(b"endstream").strip()
    begin = re.search(rb"<rdf:Description[^>]*>", xmp)
    assert begin is not None

    def with_producer(text: bytes) -> bytes:
        said = b'<pdf:Producer xmlns:pdf="http://ns.adobe.com/pdf/1.3/">%s</pdf:Producer>' % text
        new = xmp[: begin.end()] + said + xmp[begin.end() :]
        body = b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream" % (len(new), new)
        return with_validation_data(ground, pdf, {number: body})

    assert ground.judge(with_producer(b"a program")) == (PASSED, None)
    assert ground.judge(with_producer(b"9 0 obj trailer")) == APPENDED


TWISTS: dict[str, Callable[[bytes, Anatomy], bytes]] = {
    "Root": lambda pdf, at: put(pdf, b"/Root %d 0 R" % at.root, b"/Root %d\x0b0\x0bR" % at.root),
    "a catalog with rare white space": lambda pdf, at: put(
        pdf, b"\n%d 0 obj\n" % at.root, b"\n%d 0 obj\x0b" % at.root
    ),
    "lines behind startxref": lambda pdf, _at: put(pdf, b"startxref\n", b"startxref" + b"\n" * 50),
    "lines before the end": lambda pdf, _at: put(pdf, b"\n%%EOF", b"\n\n\n%%EOF"),
    "lines before startxref": lambda pdf, _at: put(pdf, b">>\nstartx", b">>\n\n\nstartx"),
    "blanks behind xref": lambda pdf, _at: put(pdf, b"\nxref\n", b"\nxref  \n"),
    "a size without bound": lambda pdf, at: put(
        pdf, b"/Size %d" % at.size, b"/Size 99999999999999999999"
    ),
    "a size too large": lambda pdf, at: put(pdf, b"/Size %d" % at.size, b"/Size 99999"),
    "a size too small": lambda pdf, at: put(pdf, b"/Size %d" % at.size, b"/Size %d" % at.root),
    "no size": lambda pdf, at: put(pdf, b"/Size %d" % at.size, b""),
}


@pytest.mark.parametrize("twist", TWISTS)
def test_a_revision_is_written_as_all_programs_expect(ground: Ground, twist: str) -> None:
    """Each turns one program or another to repairing."""
    plain = with_validation_data(ground, ground.original, {})

    assert ground.judge(TWISTS[twist](plain, Anatomy(plain))) == APPENDED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"/Pages (\d+) 0 R", rb"/Pages \1" + b"\x0b0\x0bR"),
        (rb"/Pages", b"%\r/Pages"),
        (rb"/DSS", b"/Extensions<</ADBE<</Length 9>>stream\n>>/Z<</Y \nendstream>>/DSS"),
    ],
    ids=["white space", "comment", "nested stream"],
)
def test_a_catalog_is_written_as_all_programs_expect(
    ground: Ground, old: bytes, new: bytes
) -> None:
    """Readers differ in where a comment ends, and whether a stream may stand in a dictionary."""
    pdf = ground.original
    objects = validation_data(ground, pdf)
    root = Anatomy(pdf).root
    objects[root] = re.sub(old, lambda found: found.expand(new), objects[root], count=1)

    assert ground.judge(append(pdf, objects, trailer=information(pdf))) == APPENDED
