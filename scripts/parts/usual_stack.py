"""
What most would build: HTML to PDF by WeasyPrint, pyHanko's SimpleSigner twice, a transaction each.

Used as its manuals show it, with what costs nothing: keys, styles and the looks of both signatures
are loaded once a process. The document is the same (`usual_pages`), as PDF/A-3a: tagged, with the
fonts embedded, bookmarks, and the transcript attached.
"""

import json
import os
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.stamp import StaticStampStyle
from usual_pages import look, pages, style

PRINCIPAL, SEAL = "principal", "seal"
_BOXES = {PRINCIPAL: (340, 108, 540, 188), SEAL: (310, 100, 406, 196)}
"""Where the two signatures stand on the last page, in points from the lower left."""


def make_document(job: tuple[bytes, Path]) -> bytes:
    """Render a transcript and sign it twice; *job* is its JSON and the folder of the keys."""
    transcript, keys = job
    pdf = to_pdf(transcript)
    pdf = _sign(pdf, keys, PRINCIPAL)
    return _sign(pdf, keys, SEAL)


def to_pdf(transcript: bytes) -> bytes:
    """Set the three pages."""
    from weasyprint import HTML, Attachment

    sheet, fonts = _styles()
    attached = Attachment(
        string=transcript, name="transcript.json", relationship="Source", description="Dữ liệu"
    )
    made: bytes = HTML(string=pages(json.loads(transcript))).write_pdf(
        stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-3a", attachments=[attached]
    )
    return made


@cache
def _styles() -> tuple[Any, Any]:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    return CSS(string=style(), font_config=fonts), fonts


@cache
def _signer(keys: Path, name: str) -> SimpleSigner:
    password = (keys / f"{name}.password").read_bytes().strip()
    signer = SimpleSigner.load_pkcs12(str(keys / f"{name}.p12"), passphrase=password)
    if signer is None:
        raise SystemExit(f"cannot load the keys in {keys}")
    return signer


@cache
def _look(keys: Path, name: str) -> StaticStampStyle:
    """Draw a signature's look once: pyHanko's own text stamps would cost hundreds of ms each."""
    from weasyprint import HTML

    sheet, fonts = _styles()
    x1, y1, x2, y2 = _BOXES[name]
    drawn = keys / f"{name}.look.{os.getpid()}.pdf"
    HTML(string=look(name, x2 - x1, y2 - y1)).write_pdf(
        drawn, stylesheets=[sheet], font_config=fonts
    )
    return StaticStampStyle.from_pdf_file(str(drawn), border_width=0, background_opacity=1)


def _sign(pdf: bytes, keys: Path, name: str) -> bytes:
    is_first = name == PRINCIPAL
    meta = PdfSignatureMetadata(
        field_name=name,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=is_first,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        reason="Học bạ số",
    )
    signer = PdfSigner(
        meta,
        _signer(keys, name),
        stamp_style=_look(keys, name),
        new_field_spec=SigFieldSpec(name, on_page=-1, box=_BOXES[name]),
    )
    signed = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    return bytes(signed.getbuffer())
