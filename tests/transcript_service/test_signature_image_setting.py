"""The setting `signing.principal_image`: the principal's drawn signature in what is issued."""

import shutil
from pathlib import Path

import pikepdf
import pytest

from tests.school import command_options
from transcript_service.cli import main
from transcript_service.demo.sandbox import SIGNATURE_IMAGE_FILE

DONE, USAGE, FAILED = 0, 2, 1
CORNERS_OF_THE_FRAME = 4


def issue(directory, sample):
    return main(["issue", *command_options(directory), "--class", sample.class_code])


def curves_of_the_principal(directory):
    """Count the curves drawn in the principal's field of the first issued document."""
    path = min((directory / "transcripts").glob("*.pdf"))
    with pikepdf.open(path) as pdf:
        (field,) = (field for field in pdf.Root.AcroForm.Fields if "HieuTruong" in str(field.T))
        look = field.AP.N.Resources.XObject["/Look"]
        drawn = pikepdf.parse_content_stream(look)
    return sum(str(operator) == "c" for _operands, operator in drawn)


def change_settings(directory, before, after):
    path = directory / "school.toml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_the_sample_school_signs_with_a_drawn_hand(issued_once, school):
    """So that a demo shows it; without the setting a frame stands in its place."""
    directory, sample = school
    change_settings(directory, f'principal_image = "{SIGNATURE_IMAGE_FILE}"\n', "")

    assert issue(directory, sample) == DONE

    assert curves_of_the_principal(directory) == CORNERS_OF_THE_FRAME
    assert curves_of_the_principal(issued_once) > 2 * CORNERS_OF_THE_FRAME


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "cannot read the signature image"),
        (lambda path: path.write_text("no picture"), "neither PNG nor SVG"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" * 50), "damaged or incomplete"),
        (lambda path: path.write_bytes(bytes(300_000)), "more than 200000 bytes"),
    ],
)
def test_an_image_that_cannot_be_used_stops_the_batch_which_resumes_after_repair(
    school, capsys, damage, said
):
    """Nothing is signed without it; the message names what to do."""
    directory, sample = school
    image = directory / SIGNATURE_IMAGE_FILE
    kept = Path(shutil.copy(image, directory / "kept.svg"))
    damage(image)

    assert issue(directory, sample) in {USAGE, FAILED}

    assert said in capsys.readouterr().err
    assert not list((directory / "transcripts").glob("*.pdf"))
    shutil.copy(kept, image)
    assert issue(directory, sample) == DONE
    assert len(list((directory / "transcripts").glob("*.pdf"))) == 2
