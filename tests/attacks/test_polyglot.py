"""One file, two formats: a web page before the document, an archive behind it."""

from io import BytesIO
from zipfile import ZipFile

from tests.attacks.ground import Ground, first_page
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


def test_a_web_page_before_the_document_alters_it(ground: Ground) -> None:
    """Readers of PDF look for the header in the first kilobyte."""
    pdf = b"<html><h1>10,0</h1><!--\n" + ground.original

    assert first_page(pdf) == first_page(ground.original)
    assert ground.judge(pdf) == (FAILED, SubReason.ALTERED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.FORMAT_FAILURE)


def test_an_archive_behind_the_document_is_appended(ground: Ground) -> None:
    """Programs for archives read files from their end."""
    archive = BytesIO(ground.original)
    with ZipFile(archive, "a") as opened:
        opened.writestr("marks.html", "10,0")
    pdf = archive.getvalue()

    assert ZipFile(BytesIO(pdf)).namelist() == ["marks.html"]
    assert first_page(pdf) == first_page(ground.original)
    assert ground.judge(pdf) == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.APPENDED)
