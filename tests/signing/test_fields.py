"""Empty signature fields are added without touching what was rendered."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import DocumentUnfit, SignaturePlaceMissing, UnreadableDocument
from signing.fields import find_places, prepare
from signing.typst_pdf import parse_typst_pdf
from tests.signing.sample import DOCUMENT, NAMES, TOOLTIPS, render


def test_places_are_found_with_their_size(rendered):
    """The sizes are those of the template's boxes, in points."""
    places = find_places(rendered)

    assert list(places) == list(NAMES)
    assert places[NAMES[0]].width == pytest.approx(60 * 72 / 25.4, abs=0.01)
    assert places[NAMES[1]].height == pytest.approx(34 * 72 / 25.4, abs=0.01)


def test_what_was_rendered_stays_byte_for_byte(rendered, prepared):
    """Anyone who renders the data again finds those bytes as the first revision."""
    assert prepared.startswith(rendered + b"\n")
    assert prepared.count(b"%%EOF") == 2


def test_preparing_again_gives_the_same_bytes(rendered, prepared):
    """No clock and no randomness enter the increment."""
    assert prepare(rendered, names=NAMES, tooltips=TOOLTIPS) == prepared


def test_the_second_half_of_the_identifier_follows_the_document(prepared):
    """Another document gets another identifier, this one keeps the first half of its own."""
    other = prepare(render(DOCUMENT.replace("8,0", "9,0")), names=NAMES, tooltips=TOOLTIPS)

    identifiers = [pikepdf.open(BytesIO(pdf)).trailer.ID for pdf in (prepared, other)]
    assert bytes(identifiers[0][0]) != bytes(identifiers[0][1])
    assert bytes(identifiers[0][1]) != bytes(identifiers[1][1])


def test_each_place_becomes_an_empty_signature_field(prepared):
    """Named, described for screen readers, printed and locked (ISO 32000-1 table 165)."""
    pdf = pikepdf.open(BytesIO(prepared))

    fields = list(pdf.Root.AcroForm.Fields)
    assert [str(field.T) for field in fields] == list(NAMES)
    assert [str(field.TU) for field in fields] == list(TOOLTIPS)
    assert {int(field.F) for field in fields} == {132}
    assert all("/V" not in field and field.FT == "/Sig" for field in fields)
    assert all(field.AP.N.Subtype == "/Form" for field in fields)
    assert pdf.Root.AcroForm.SigFlags == 3


def test_a_field_is_a_form_in_the_reading_order(prepared):
    """PDF/UA-1 clause 7.18.4: its structure element refers to it, and is not in an array."""
    pdf = pikepdf.open(BytesIO(prepared))
    parents = dict(zip(*[iter(pdf.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))

    for field in pdf.Root.AcroForm.Fields:
        element = parents[field.StructParent]
        assert element.S == "/Form"
        assert element.Alt == field.TU
        assert element.K.Obj.objgen == field.objgen
        assert field.P.objgen == element.K.Pg.objgen


def test_no_link_to_a_signature_place_is_left(prepared):
    """A reader who clicks the place is not led to an address that does not exist."""
    pdf = pikepdf.open(BytesIO(prepared))

    assert [annotation.Subtype for annotation in pdf.pages[0].Annots] == ["/Widget", "/Widget"]


@pytest.mark.judge
def test_qpdf_finds_no_fault_in_a_prepared_document(prepared, ask: Callable[..., str]):
    """Cross-reference tables, trailers and streams fit together."""
    assert "No syntax or stream encoding errors found" in ask(prepared, "qpdf", "--check")


@pytest.mark.parametrize(
    "names",
    [NAMES[:1], (*NAMES, "Sig_Other"), (NAMES[0], NAMES[0]), ("Sig_A", "Sig_B"), ()],
    ids=["one too few", "one too many", "one twice", "others", "none"],
)
def test_places_and_names_must_be_the_same(rendered, names):
    """A place that nobody fills, or a field that nobody sees, is a fault of the template."""
    with pytest.raises(SignaturePlaceMissing, match="has places for Sig_HieuTruong"):
        prepare(rendered, names=names, tooltips=["…"] * len(names))


def test_a_document_without_places_is_refused():
    """The message says what was looked for."""
    plain = render('#set document(title: "A", date: datetime(year: 2026, month: 1, day: 1))\nA')

    with pytest.raises(SignaturePlaceMissing, match=r"no signature, but .* Sig_HieuTruong"):
        prepare(plain, names=NAMES, tooltips=TOOLTIPS)


def test_a_place_with_a_text_in_it_is_refused(rendered):
    """Its text would stay in the form's structure element, before the signature."""
    filled = render(DOCUMENT.replace("height: 25mm)", "height: 25mm, [Ký])"))

    with pytest.raises(SignaturePlaceMissing, match="must place it by an empty link"):
        prepare(filled, names=NAMES, tooltips=TOOLTIPS)


def test_a_prepared_document_is_not_prepared_again(prepared):
    """The fields would be made twice."""
    with pytest.raises(UnreadableDocument, match="not exactly one cross-reference table"):
        prepare(prepared, names=NAMES, tooltips=TOOLTIPS)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\n", b"%PDF-1.7\nstartxref\n0\n%%EOF", b"\x00" * 1000]
)
def test_what_is_no_pdf_is_refused(content):
    """Nothing is guessed at."""
    with pytest.raises(UnreadableDocument, match="not as the renderer writes it"):
        prepare(content, names=NAMES, tooltips=TOOLTIPS)


@given(data=st.data())
def test_a_damaged_document_is_refused_or_prepared_and_nothing_else(rendered, data):
    """Bytes taken out or put in end in an error of signing, or in fields over those bytes."""
    at = data.draw(st.integers(0, len(rendered)))
    removed = data.draw(st.integers(0, 3))
    added = data.draw(st.binary(max_size=3))
    damaged = rendered[:at] + added + rendered[at + removed :]

    try:
        fields = prepare(damaged, names=NAMES, tooltips=TOOLTIPS)
    except DocumentUnfit:
        return
    assert fields.startswith(damaged)


def test_objects_are_read_by_their_number(rendered):
    """The trailer's root is the catalog."""
    pdf = parse_typst_pdf(rendered)

    assert pdf.text_of(pdf.reference_in_trailer(b"Root")).startswith(b"<</Type/Catalog")
    with pytest.raises(UnreadableDocument, match="object 9999 is missing"):
        pdf.text_of(9999)


def test_the_structure_leads_to_the_fields_by_the_parent_tree_first(rendered, prepared):
    """Only the order of keys changes: EU DSS follows it, and else calls the seal a forgery."""
    roots = [
        pdf[pdf.rindex(b"<</Type/StructTreeRoot") :].partition(b"\nendobj\n")[0]
        for pdf in (rendered, prepared)
    ]
    first, kids, rest = roots[0].partition(b"/K[")
    kids, rest = kids + rest[: rest.index(b"]") + 1], rest[rest.index(b"]") + 1 :]

    assert rest.startswith(b"/ParentTree<<")
    assert roots[1] == first + rest.removesuffix(b">>") + kids + b">>"
