"""Evil annotation: something drawn over the page between certification and seal."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from tests.attacks.ground import Ground, is_annotated
from tests.verifier.documents import make_transcript, prepare_pdf
from tests.verifier.extending import extend
from tests.verifier.outcomes import FAILED
from tests.verifier.pyhanko_signing import PRINCIPAL, SEAL, load, sign
from verifier.errors import SubReason


def annotate(writer: IncrementalPdfFileWriter) -> None:
    """Write a mark onto the first page, as a comment may be that the certification allows."""
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/DA"): generic.TextStringObject("/Helv 12 Tf 0 g"),
            pdf_name("/Contents"): generic.TextStringObject("10,0"),
            pdf_name("/Rect"): generic.ArrayObject(
                generic.NumberObject(number) for number in (100, 400, 200, 440)
            ),
            pdf_name("/F"): generic.NumberObject(4),
        }
    )
    page = writer.root["/Pages"]["/Kids"][0]
    notes = list(list.__iter__(page["/Annots"])) if "/Annots" in page else []
    page[pdf_name("/Annots")] = generic.ArrayObject([*notes, writer.add_object(note)])
    writer.update_container(page)


def test_an_annotation_before_the_seal_fails(ground: Ground) -> None:
    """Signed and anchored all the same: the school did not look."""
    pdf = ground.issue("annotated", 33, before_seal=annotate)

    assert is_annotated(pdf)
    assert ground.judge_of("annotated", pdf) == (FAILED, SubReason.FORMAT_FAILURE)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.FORMAT_FAILURE)


def test_an_annotation_after_the_seal_is_appended(ground: Ground) -> None:
    """Behind an honest document."""
    pdf = extend(ground.original, annotate)

    assert is_annotated(pdf)
    assert ground.judge(pdf) == (FAILED, SubReason.APPENDED)


def test_a_certification_that_allows_annotations_is_none(ground: Ground) -> None:
    """DocMDP 3 would let anybody write onto the page: the principal's must allow signing only."""
    directory = ground.office.directory
    permissions = MDPPerm.ANNOTATE
    certified = sign(
        prepare_pdf(make_transcript(34)),
        load(directory, "principal"),
        PRINCIPAL,
        permissions=permissions,
    )
    pdf = sign(extend(certified, annotate), load(directory, "seal"), SEAL)
    ground.anchor("allowed", 34, pdf)

    assert ground.judge_of("allowed", pdf) == (FAILED, SubReason.FORMAT_FAILURE)
