"""Other data under the same name: people read the page, programs the attachment."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.attacks.ground import Ground
from tests.verifier.documents import make_transcript
from tests.verifier.extending import extend
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason

OTHER = make_transcript(38).replace(b'"8.', b'"9.')


def lead_elsewhere(writer: IncrementalPdfFileWriter) -> None:
    """Let the attachment's names lead to better marks."""
    specification = writer.root["/AF"][0]
    reference = writer.add_object(generic.StreamObject(stream_data=OTHER))
    specification["/EF"] = generic.DictionaryObject(
        {pdf_name("/F"): reference, pdf_name("/UF"): reference}
    )
    writer.update_container(specification)


def attach_a_second(writer: IncrementalPdfFileWriter) -> None:
    """Attach better marks beside, under the same name."""
    reference = writer.add_object(generic.StreamObject(stream_data=OTHER))
    name = generic.TextStringObject("transcript.json")
    specification = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Filespec"),
            pdf_name("/F"): name,
            pdf_name("/UF"): name,
            pdf_name("/EF"): generic.DictionaryObject({pdf_name("/F"): reference}),
        }
    )
    writer.root["/AF"].append(writer.add_object(specification))
    writer.update_container(writer.root["/AF"])
    writer.update_root()


def attached(pdf: bytes) -> list[bytes]:
    """Return what another program finds attached."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [
            one.EF.F.read_bytes()
            for one in opened.Root.AF  # type: ignore[attr-defined]
        ]


CHANGES = pytest.mark.parametrize("change", [lead_elsewhere, attach_a_second])


@CHANGES
def test_other_data_behind_the_document_are_appended(
    ground: Ground, change: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    """The data are those that were signed."""
    pdf = extend(ground.original, change)

    assert OTHER in attached(pdf)
    assert ground.judge(pdf) == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.APPENDED)


@CHANGES
def test_other_data_before_signing_fail(
    ground: Ground, change: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    """An insider swaps them after rendering; principal, school and chain confirm the swap."""
    number = 39 if change is lead_elsewhere else 40
    pdf = ground.issue(f"swapped-{number}", number, prepare=change)

    assert OTHER in attached(pdf)
    assert ground.judge_of(f"swapped-{number}", pdf) == (FAILED, SubReason.FORMAT_FAILURE)
