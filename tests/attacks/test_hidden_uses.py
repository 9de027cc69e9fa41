"""One object for two purposes: what may be renewed for one of them changes a page for the other."""

import re

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.attacks.ground import (
    Anatomy,
    Ground,
    append,
    information,
    validation_data,
    with_validation_data,
)
from tests.verifier.documents import certify_pdf, make_transcript, prepare_pdf, seal_pdf
from tests.verifier.extending import extend
from tests.verifier.outcomes import FAILED, PASSED
from verifier.errors import SubReason

APPENDED = (FAILED, SubReason.APPENDED)
MALFORMED = (FAILED, SubReason.FORMAT_FAILURE)
BOX = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 900)))
COVER = b"q 1 g 0 0 600 900 re f Q"


def dictionary(**entries: generic.PdfObject) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})


def array(*items: generic.PdfObject) -> generic.ArrayObject:
    return generic.ArrayObject(items)


def form(content: bytes, kind: str = "/XObject") -> generic.StreamObject:
    """Something that a page can draw."""
    keys = dictionary(Type=pdf_name(kind), Subtype=pdf_name("/Form"), BBox=BOX)
    return generic.StreamObject(keys, stream_data=content)


def first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page: generic.DictionaryObject = writer.root["/Pages"]["/Kids"][0]
    return page


def resources_with(writer: IncrementalPdfFileWriter, **more: generic.PdfObject) -> object:
    """A copy of the first page's resources, and *more*."""
    old = first_page(writer)["/Resources"]
    return generic.DictionaryObject({key: old.raw_get(key) for key in old} | dictionary(**more))


def draw(writer: IncrementalPdfFileWriter, operators: bytes) -> None:
    """Let the first page end with *operators*."""
    page = first_page(writer)
    more = writer.add_object(generic.StreamObject(stream_data=b"\nq " + operators + b" Q\n"))
    page[pdf_name("/Contents")] = array(page.raw_get("/Contents"), more)
    writer.update_container(page)


def drawable_properties(writer: IncrementalPdfFileWriter) -> generic.IndirectObject:
    """Make the XMP stream something that a page can draw as well."""
    reference: generic.IndirectObject = writer.root.raw_get("/Metadata")
    metadata = form(writer.root["/Metadata"].data, "/Metadata")
    writer.objects[(0, reference.idnum)] = metadata
    metadata.container_ref = generic.Reference(reference.idnum, 0, writer)
    return reference


def named_parent(writer: IncrementalPdfFileWriter) -> None:
    """A form that is named like the way upwards."""
    forms = dictionary(Parent=drawable_properties(writer))
    first_page(writer)[pdf_name("/Resources")] = resources_with(writer, XObject=forms)
    draw(writer, b"/Parent Do")


def named_p(writer: IncrementalPdfFileWriter) -> None:
    """Resources that are an element of the structure tree, too, where `/P` leads upwards."""
    forms = dictionary(P=drawable_properties(writer))
    resources = writer.add_object(resources_with(writer, XObject=forms))
    first_page(writer)[pdf_name("/Resources")] = resources
    draw(writer, b"/P Do")
    tree = writer.root["/StructTreeRoot"]
    kids = tree.raw_get("/K")
    kids = list.__iter__(kids) if isinstance(kids, generic.ArrayObject) else [kids]
    tree[pdf_name("/K")] = array(*kids, resources)
    writer.update_container(tree)


def another_parent(writer: IncrementalPdfFileWriter) -> None:
    """Resources that only programs find that look upwards."""
    page = first_page(writer)
    resources = resources_with(writer, XObject=dictionary(Fx=drawable_properties(writer)))
    node = dictionary(Type=pdf_name("/Pages"), Kids=array(page.container_ref), Resources=resources)
    writer.root["/Pages"][pdf_name("/Resources")] = page["/Resources"]
    writer.update_container(writer.root["/Pages"])
    del page["/Resources"]
    node[pdf_name("/Parent")] = generic.IndirectObject(page.raw_get("/Parent").idnum, 0, writer)
    node[pdf_name("/Kids")] = array(generic.IndirectObject(page.container_ref.idnum, 0, writer))
    page[pdf_name("/Parent")] = writer.add_object(node)
    draw(writer, b"/Fx Do")


def renewed(ground: Ground, signed: bytes) -> bytes:
    """Validation data with the XMP renewed, whose producer is what covers a page."""
    number = int(re.findall(rb"/Metadata (\d+) 0 R", signed)[-1])
    body = Anatomy(signed).body(number)
    xmp = body.partition(b"stream\n")[2].removesuffix(b"endstream").strip()
    said = rb'\g<0><pdf:Producer xmlns:pdf="http://ns.adobe.com/pdf/1.3/">%s</pdf:Producer>' % COVER
    new = re.sub(rb"<rdf:Description[^>]*>", said, xmp, count=1)
    keys = b"/Type/Metadata/Subtype/Form/BBox[0 0 600 900]" if b"/Form" in body else b""
    keys = keys or b"/Type/Metadata/Subtype/XML"
    stream = b"<<%s/Length %d>>\nstream\n%s\nendstream" % (keys, len(new), new)
    return with_validation_data(ground, signed, {number: stream})


def test_properties_may_be_renewed(ground: Ground) -> None:
    """The ground of these attacks is good: an honest document, with the same new producer."""
    assert ground.judge(renewed(ground, ground.original)) == (PASSED, None)


@pytest.mark.parametrize("prepare", [named_parent, named_p, another_parent])
def test_renewed_properties_that_a_page_draws_are_a_change(ground: Ground, prepare) -> None:
    """Whatever the name is under which the page uses them."""
    signed = ground.issue(prepare.__name__, 51, prepare=prepare)

    assert ground.judge_of(prepare.__name__, renewed(ground, signed)) == APPENDED


@pytest.mark.parametrize("prepare", [named_p, another_parent])
def test_a_tree_that_is_none_is_refused_before_anything_is_renewed(ground: Ground, prepare) -> None:
    """Programs differ in what such a page shows."""
    name = f"{prepare.__name__} alone"
    ground.issue(name, 52, prepare=prepare)

    assert ground.judge_of(name, ground.office.documents[name].pdf) == MALFORMED


class Begin:
    """Lets whoever opens a document to write write something else as well."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, change) -> None:
        begin = IncrementalPdfFileWriter.__init__

        def begin_with_more(writer: IncrementalPdfFileWriter, *args, **options) -> None:
            begin(writer, *args, **options)
            change(writer)

        self._patch = monkeypatch.context()
        self._begin = begin_with_more

    def __enter__(self) -> None:
        self._patch.__enter__().setattr(IncrementalPdfFileWriter, "__init__", self._begin)

    def __exit__(self, *error: object) -> None:
        self._patch.__exit__(*error)  # type: ignore[arg-type]


def catalog_of(writer: IncrementalPdfFileWriter) -> generic.IndirectObject:
    return generic.IndirectObject(writer.root_ref.idnum, 0, writer)


def catalog_as_forms(writer: IncrementalPdfFileWriter) -> None:
    """The page draws what the catalog will name."""
    resources = resources_with(writer, XObject=catalog_of(writer))
    first_page(writer)[pdf_name("/Resources")] = resources
    draw(writer, b"/Extensions Do /Version Do")
    writer.root[pdf_name("/Kept")] = writer.add_object(form(COVER))
    writer.update_root()


def extension_that_draws(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/Extensions")] = writer.add_object(form(COVER))
    writer.update_root()


def version_that_draws(writer: IncrementalPdfFileWriter) -> None:
    if "/Kept" in writer.root:
        writer.root[pdf_name("/Version")] = writer.root.raw_get("/Kept")
    writer.update_root()


def form_with_defaults(writer: IncrementalPdfFileWriter) -> None:
    fields = writer.root["/AcroForm"]
    fields[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
    fields[pdf_name("/DR")] = dictionary(XObject=dictionary(Fx=writer.add_object(form(COVER))))
    writer.update_container(fields)


def nothing(writer: IncrementalPdfFileWriter) -> None:
    """The catalog as it was."""
    writer.update_root()


@pytest.mark.parametrize(
    ("number", "prepare", "with_seal", "expected"),
    [
        (61, nothing, nothing, (PASSED, None)),
        (62, catalog_as_forms, extension_that_draws, MALFORMED),
        (63, catalog_as_forms, version_that_draws, MALFORMED),
        (64, nothing, extension_that_draws, MALFORMED),
        (65, nothing, form_with_defaults, MALFORMED),
    ],
)
def test_with_the_seal_comes_nothing_that_can_draw(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, number, prepare, with_seal, expected
) -> None:
    """The catalog and the form say what they said."""
    name = f"{prepare.__name__} {with_seal.__name__}"
    prepared = extend(prepare_pdf(make_transcript(number)), prepare)
    certified = certify_pdf(prepared, ground.office.signers)
    with Begin(monkeypatch, with_seal):
        sealed = seal_pdf(certified, ground.office.signers)
    ground.anchor(name, number, sealed)

    assert ground.judge_of(name, sealed) == expected


def test_behind_a_catalog_that_a_page_uses_nothing_may_follow(ground: Ground) -> None:
    """It passes while nobody writes the catalog anew, and shows what was signed."""
    signed = ground.issue("catalog as forms", 66, prepare=catalog_as_forms)

    assert ground.judge_of("catalog as forms", signed) == (PASSED, None)
    forged = with_validation_data(ground, signed, {})
    assert ground.judge_of("catalog as forms", forged) == APPENDED


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"<</ESIC<</BaseVersion/1.7/ExtensionLevel 1>>>>", (PASSED, None)),
        (b"<</ESIC<</BaseVersion/1.7/ExtensionLevel %d 0 R>>>>", APPENDED),
        (b"%d 0 R", APPENDED),
        (b"<</ca 1>>", APPENDED),
    ],
)
def test_behind_the_seal_extensions_are_plain_words(
    ground: Ground, said: bytes, expected: object
) -> None:
    """Level and version (ISO 32000-2, 7.12); no objects that could be something else."""
    pdf = ground.original
    objects = validation_data(ground, pdf)
    certificate = Anatomy(pdf).size
    words = said % certificate if b"%d" in said else said
    root = Anatomy(pdf).root
    objects[root] = objects[root].removesuffix(b">>") + b"/Extensions" + words + b">>"

    assert ground.judge(append(pdf, objects, trailer=information(pdf))) == expected
