"""
What most would build: HTML to PDF by WeasyPrint, pyHanko's SimpleSigner twice, a transaction each.

Used as its manuals show it, with what costs nothing: keys and styles loaded once a process.
The page holds the same data in the same fonts, without tags, bookmarks or archive profile.
"""

import html
import json
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

FONTS = Path(__file__).parents[2] / "transcript_service" / "documents" / "fonts"
_FACES = {
    "LiberationSerif-Regular.ttf": "",
    "LiberationSerif-Bold.ttf": "font-weight: bold;",
    "LiberationSerif-Italic.ttf": "font-style: italic;",
}
_STYLE = """
@page { size: A4; margin: 28mm 18mm 22mm; @bottom-right { content: "Trang " counter(page) "/"
  counter(pages) } }
body { font: 11pt Printed; } h1 { text-align: center; font-size: 14pt; break-before: page; }
h1:first-child { break-before: avoid } table { border-collapse: collapse; width: 100% }
td, th { border: .5pt solid #999; padding: 1.6mm; vertical-align: middle }
.mark { text-align: center }
small { font-style: italic; color: #505050 }
"""


def make_document(job: tuple[bytes, Path]) -> bytes:
    """Render a transcript and sign it twice; *job* is its JSON and the folder of the keys."""
    transcript, keys = job
    pdf = to_pdf(json.loads(transcript))
    pdf = _sign(pdf, _signer(keys, "principal"), "Principal", (300, 120, 500, 200), first=True)
    return _sign(pdf, _signer(keys, "seal"), "Seal", (240, 110, 336, 206), first=False)


def to_pdf(document: dict[str, Any]) -> bytes:
    """Set the three pages."""
    from weasyprint import HTML

    styles, fonts = _styles()
    made: bytes = HTML(string=_page(document)).write_pdf(stylesheets=[*styles], font_config=fonts)

    return made


@cache
def _styles() -> tuple[tuple[Any, ...], Any]:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: Printed; src: url('{(FONTS / name).as_uri()}'); {more} }}"
        for name, more in _FACES.items()
    )
    return (CSS(string=faces + _STYLE, font_config=fonts),), fonts


@cache
def _signer(keys: Path, name: str) -> SimpleSigner:
    password = (keys / f"{name}.password").read_bytes().strip()
    signer = SimpleSigner.load_pkcs12(str(keys / f"{name}.p12"), passphrase=password)
    if signer is None:
        raise SystemExit(f"cannot load the keys in {keys}")
    return signer


def _sign(
    pdf: bytes, signer: SimpleSigner, name: str, box: tuple[int, int, int, int], *, first: bool
) -> bytes:
    meta = PdfSignatureMetadata(
        field_name=name,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        reason="Học bạ số",
    )
    field = SigFieldSpec(name, on_page=-1, box=box)
    signed = sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer, new_field_spec=field)
    return bytes(signed.getbuffer())


def _page(document: dict[str, Any]) -> str:
    pupil, school, results = document["pupil"], document["school"], document["results"]
    facts = {**pupil, **school}
    identity = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(str(value))}</td></tr>"
        for name, value in facts.items()
        if isinstance(value, str | int)
    )
    rows = "".join(_row(subject) for subject in results["subjects"])
    summary = html.escape(str(results.get("homeroom_comment", "")))
    return (
        "<!doctype html><html lang=vi><title>Học bạ</title>"
        f"<h1>Học bạ</h1><table>{identity}</table>"
        "<h1>Kết quả học tập theo môn học</h1><table><tr><th>Môn học<th>Học kì I<th>Học kì II"
        f"<th>Cả năm<th>Sau đánh giá lại<th>Nhận xét</tr>{rows}</table>"
        f"<h1>Tổng hợp kết quả cả năm học</h1><p>{summary}</p>"
        f"<p>{datetime.now().astimezone():%d/%m/%Y}</p></html>"
    )


def _row(subject: dict[str, Any]) -> str:
    marks = (subject[name] for name in ("term_1", "term_2", "full_year", "after_reassessment"))
    cells = "".join(f"<td class=mark>{html.escape(str(mark or '—'))}</td>" for mark in marks)
    comment = html.escape(subject.get("comment") or "")
    teacher = html.escape(subject.get("teacher") or "")
    name = html.escape(subject["name"])
    return f"<tr><td>{name}</td>{cells}<td>{comment}<br><small>{teacher}</small></td></tr>"
