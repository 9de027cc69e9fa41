"""
What a forger would do: print another mark, and keep the signatures. The only door to pikepdf.

The page of marks is replaced by one that was rendered from altered data; everything else, both
signatures and the attachment included, is kept as it was issued.
"""

import json
from dataclasses import dataclass
from io import BytesIO

import pikepdf

from transcript_service.documents.render import render
from transcript_service.errors import ServiceError
from verifier.canonical import canonical_json
from verifier.messages import _

_MARKS_PAGE = 1
"""Page A, counted from 0: the table of subjects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """A forged PDF, and what was changed on its page; marks as the transcript writes them."""

    pdf: bytes
    subject: str
    before: str
    after: str


def alter_printed_mark(issued: bytes) -> Forgery:
    """
    Forge *issued*: the first scored subject's year average is printed as 10,0.

    Raises:
        ServiceError: no subject has a score below 10.
    """
    with pikepdf.open(BytesIO(issued)) as pdf:
        altered = json.loads(pdf.attachments["transcript.json"].get_file().read_bytes())
    for subject in altered["results"]["subjects"]:
        if subject["assessment"] == "score" and subject["full_year"] not in {None, "10.0"}:
            before, subject["full_year"] = subject["full_year"], "10.0"
            break
    else:
        raise ServiceError(_("no mark of this transcript can be raised"))
    output = BytesIO()
    with (
        pikepdf.open(BytesIO(issued)) as pdf,
        pikepdf.open(BytesIO(render(canonical_json(altered)))) as false,
    ):
        page, false_page = pdf.pages[_MARKS_PAGE], pdf.copy_foreign(false.pages[_MARKS_PAGE].obj)
        page.obj["/Contents"] = false_page["/Contents"]
        page.obj["/Resources"] = false_page["/Resources"]
        pdf.save(output)
    return Forgery(pdf=output.getvalue(), subject=subject["name"], before=before, after="10.0")
