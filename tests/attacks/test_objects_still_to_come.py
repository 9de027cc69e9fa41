"""Shadow by absence: a page leads to an object that nobody has made yet; it comes after signing."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from asn1crypto import pem
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.attacks.ground import FORGED_PAGE, Anatomy, Ground, append, first_page, stream
from tests.verifier.documents import certify_pdf, make_transcript, prepare_pdf, seal_pdf
from tests.verifier.extending import extend
from tests.verifier.outcomes import FAILED, PASSED
from transcript_service.documents.reproduce import renderer
from verifier.errors import SubReason

LATER = 20_000
BOX = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 900)))


def wait_for_parent(writer: IncrementalPdfFileWriter) -> None:
    """Let the page paint a form of resources that it is to inherit from a node still to come."""
    page = writer.root["/Pages"]["/Kids"][0]
    painted = generic.StreamObject(stream_data=b"q 0.5 g 50 500 200 200 re f Q /Fx Do")
    page[pdf_name("/Contents")] = writer.add_object(painted)
    del page["/Resources"]
    page[pdf_name("/Parent")] = generic.IndirectObject(LATER, 0, writer)
    writer.update_container(page)


def keep_sheet(writer: IncrementalPdfFileWriter) -> None:
    """Keep the form that the node will name where the catalog leads to it."""
    wait_for_parent(writer)
    writer.root[pdf_name("/Kept")] = writer.add_object(sheet())
    writer.update_root()


def sheet() -> generic.StreamObject:
    """Return a form that hides the page."""
    form = {"/Type": pdf_name("/XObject"), "/Subtype": pdf_name("/Form"), "/BBox": BOX}
    return generic.StreamObject(
        generic.DictionaryObject({pdf_name(key): value for key, value in form.items()}),
        stream_data=FORGED_PAGE,
    )


def with_validation_data(ground: Ground, pdf: bytes, more: Mapping[int, bytes]) -> bytes:
    """Append real validation data, whose VRI calls object LATER a time stamp; and *more*."""
    trust = ground.office.directory / "trust"
    certificate = pem.unarmor((trust / "ca.pem").read_bytes())[2]
    anatomy = Anatomy(pdf)
    size = anatomy.size
    related = b"/VRI<</%s<</Cert[%d 0 R]/TS %d 0 R>>>>" % (b"A" * 40, size, LATER)
    root = anatomy.body(anatomy.root).removesuffix(b">>")
    objects = {
        anatomy.root: root + b"/DSS %d 0 R>>" % (size + 2),
        size: stream(certificate),
        size + 1: stream((trust / "ca.crl").read_bytes()),
        size + 2: b"<</Certs[%d 0 R]/CRLs[%d 0 R]%s>>" % (size, size + 1, related),
    }
    info = re.findall(rb"/Info \d+ 0 R", pdf)[-1]
    return append(pdf, {**objects, **more}, trailer=info)


@contextmanager
def bringing_along(objects: Mapping[int, generic.PdfObject]) -> Iterator[None]:
    """Let whoever extends a document write *objects* as well."""
    begin = IncrementalPdfFileWriter.__init__

    def begin_with_more(writer: IncrementalPdfFileWriter, *args: object, **options: object) -> None:
        begin(writer, *args, **options)  # type: ignore[arg-type]
        writer._lastobj_id = LATER + 1
        for number, value in objects.items():
            writer.objects[(0, number)] = value
            value.container_ref = generic.Reference(number, 0, writer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IncrementalPdfFileWriter, "__init__", begin_with_more)
        yield


def test_a_page_node_that_comes_as_validation_data_is_seen(ground: Ground) -> None:
    """Also the document that waits for it is refused: nobody knows what it will show."""
    signed = ground.issue("to-come", 41, prepare=keep_sheet)
    kept = int(re.findall(rb"/Kept (\d+) 0 R", signed)[-1])
    node = b"<</Type/Pages/Resources<</XObject<</Fx %d 0 R>>>>>>" % kept

    forged = with_validation_data(ground, signed, {LATER: node})

    assert ground.judge_of("to-come", signed) == (FAILED, SubReason.FORMAT_FAILURE)
    assert ground.judge_of("to-come", forged) == (FAILED, SubReason.APPENDED)


def test_validation_data_related_to_a_signature_are_of_their_kinds(ground: Ground) -> None:
    """A time stamp in VRI is one, even where no page waits for it."""
    signed = ground.original

    forged = with_validation_data(ground, signed, {LATER: b"<</Type/Pages/Count 0/Kids[]>>"})

    assert ground.judge(signed) == (PASSED, None)
    assert ground.judge(forged) == (FAILED, SubReason.APPENDED)


def test_a_page_node_that_comes_with_the_seal_is_seen(ground: Ground) -> None:
    """The school's step may bring nothing that the principal's document waits for."""
    prepared = extend(prepare_pdf(make_transcript(42)), wait_for_parent)
    certified = certify_pdf(prepared, ground.office.signers)
    node = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Pages")})
    form = sheet()
    fonts = generic.DictionaryObject({pdf_name("/Fx"): generic.IndirectObject(LATER + 1, 0, None)})
    node[pdf_name("/Resources")] = generic.DictionaryObject({pdf_name("/XObject"): fonts})

    with bringing_along({LATER: node, LATER + 1: form}):
        sealed = seal_pdf(certified, ground.office.signers)
    ground.anchor("with-seal", 42, sealed)

    assert b"\n%d 0 obj" % LATER in sealed[len(certified) :]
    assert ground.judge_of("with-seal", sealed) == (FAILED, SubReason.FORMAT_FAILURE)


def test_content_that_comes_anew_with_the_seal_is_seen_whatever_its_number(ground: Ground) -> None:
    """A number above the trailer's /Size counts as one that the principal did not sign."""
    prepared = with_cross_reference_stream(prepare_pdf(make_transcript(43)))
    certified = certify_pdf(prepared, ground.office.signers)

    with bringing_along({LATER: generic.StreamObject(stream_data=FORGED_PAGE)}):
        sealed = seal_pdf(certified, ground.office.signers)
    ground.anchor("number", 43, sealed)

    assert first_page(sealed).strip() == FORGED_PAGE
    assert first_page(certified).strip() != FORGED_PAGE
    assert ground.judge_of("number", sealed) == (FAILED, SubReason.FORMAT_FAILURE)


def with_cross_reference_stream(pdf: bytes) -> bytes:
    """Give the first page's content the number LATER, in a table that pyHanko does not compare."""
    anatomy = Anatomy(pdf)
    numbers = map(int, re.findall(rb"(?m)^(\d+) 0 obj", pdf))
    page = next(one for one in numbers if re.search(rb"/Type\s*/Page\b", anatomy.body(one)))
    old, new = b"/Contents %d 0 R" % anatomy.content, b"/Contents %d 0 R" % LATER
    objects = {page: anatomy.body(page).replace(old, new), LATER: anatomy.body(anatomy.content)}
    out, rows = bytearray(pdf), []
    for number, body in objects.items():
        rows.append((number, len(out)))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    rows = sorted([*rows, (anatomy.size, start)])
    table = b"".join(b"\x01" + at.to_bytes(4) + bytes(2) for _number, at in rows)
    index = b" ".join(b"%d 1" % number for number, _at in rows)
    trailer = re.findall(rb"trailer\s*<<(.*?)>>\s*startxref", pdf, re.DOTALL)[-1]
    kept = re.sub(rb"/(Size|Prev) \d+", b"", trailer)
    out += b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Index[%s]/Prev %d/Length %d %s>>" % (
        anatomy.size,
        anatomy.size + 1,
        index,
        anatomy.start,
        len(table),
        kept,
    )
    out += b"\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, start)
    return bytes(out)


def test_a_page_changed_before_the_principal_signed_is_not_what_the_data_give(
    ground: Ground,
) -> None:
    """Check 14 compares what was signed, and not only what was rendered first."""

    def cover(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page[pdf_name("/Contents")] = writer.add_object(
            generic.StreamObject(stream_data=FORGED_PAGE)
        )
        writer.update_container(page)

    pdf = ground.issue("covered", 44, prepare=cover)

    assert ground.judge_of("covered", pdf) == (PASSED, None)  # both signed this page
    again = ground.office.check("covered", pdf, registry=ground.office.view(), renderer=renderer)
    assert (again.verdict, again.sub_reason) == (FAILED, SubReason.NOT_REPRODUCED)
