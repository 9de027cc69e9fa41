"""
From the canonical JSON of a transcript to the bytes of its PDF (ADR 0002): a pure function.

PDF/A-3a and PDF/UA-1, fonts embedded, the JSON attached as `transcript.json` with relationship
Source. Same JSON, template, fonts and typst version give the same bytes; the transcript names all
of them in `rendering`, and what does not fit together is refused. Only this module knows Typst.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import segno

from transcript_service.errors import RenderError
from verifier.errors import InvalidFormat
from verifier.messages import _
from verifier.transcript import parse_transcript

if TYPE_CHECKING:
    import typst

YEAR_TEMPLATES = MappingProxyType({"THCS": "thcs-year/2", "THPT": "thpt-year/2"})
"""What documents of a school year are printed with, by level."""
FONTS_DIRECTORY = Path(__file__).parent / "fonts"
"""The only fonts documents and signature looks are set in."""

_TEMPLATES_DIRECTORY = Path(__file__).parent / "templates"
_FOLDERS = {
    "thcs-year/1": ("thcs-year-1",),
    "thpt-year/1": ("thpt-year-1", "thcs-year-1"),
    "thcs-year/2": ("year-2",),
    "thpt-year/2": ("year-2",),
}
"""A template's own folder, and then those whose parts it imports."""
USUAL_PAGES = MappingProxyType({"thcs-year/2": 3, "thpt-year/2": 3})
"""Set first as if it had so many pages: their numbers then need no second layout."""
_MAIN_FILE = "document.typ"
_PDF_STANDARDS: Any = ["a-3a", "ua-1"]
_MISSING_GLYPHS = re.compile(r"the text `?\"(?P<text>.*?)\"`? could not be displayed")
_PAGES = re.compile(rb"/Type\s*/Pages\s*/Count (\d+)")
_PLACE_IN_TEMPLATE = re.compile(r"([\w-]+\.typ:\d+)")
_QR_MASK = 2
"""Readers take any of the eight masks; weighing them all would cost a fifth of the rendering."""
_one_at_a_time = Lock()


class OtherRenderer(RenderError):
    """The transcript was, or is to be, rendered by another template, fonts or typst version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """
    What the bytes of a rendered PDF depend on besides the data; fields as in `rendering`.

    A digest is the SHA-256 of the lines that `sha256sum` prints for the files of a folder, sorted
    by name in byte order: 64 hex digits, two spaces, the name, a line feed. So
    `LC_ALL=C; sha256sum *.typ | sha256sum` in the template's folder gives `template_digest`, and
    `sha256sum *.ttf | sha256sum` in the fonts' folder `fonts_digest`, without their `0x`. Parts
    that a template imports come after its own: `sha256sum *.typ ../thcs-year-1/*.typ | sha256sum`.
    """

    template: str
    template_digest: str
    fonts_digest: str
    typst_version: str
    """Version of the `typst` package."""


@cache
def rendering_identity(template: str) -> Rendering:
    """
    Say with what this installation renders documents of *template*.

    Raises:
        OtherRenderer: this release has no such template.
    """
    if template not in _FOLDERS:
        message = _("this release has no template {template}; it has {known}")
        raise OtherRenderer(message.format(template=template, known=", ".join(sorted(_FOLDERS))))
    own, *imported = (_TEMPLATES_DIRECTORY / folder for folder in _FOLDERS[template])
    return Rendering(
        template=template,
        template_digest=_digest(own, "*.typ", imported),
        fonts_digest=_digest(FONTS_DIRECTORY, "*.ttf"),
        typst_version=metadata.version("typst"),
    )


def render(transcript: bytes) -> bytes:
    """
    Render a transcript.

    Pure, and safe in several processes (start method spawn) and threads; the first call of a
    process reads fonts and template, later ones find them ready.

    Args:
        transcript: `transcript.json` in RFC 8785 form; attached byte for byte.

    Returns:
        The PDF, one revision, with an empty place for each signature (`places`).

    Raises:
        OtherRenderer: its `rendering` names another template, fonts or typst version.
        RenderError: it is no valid transcript, or holds a letter that the fonts do not have.
    """
    document = _parse(transcript)
    check_rendering(document["rendering"])
    pages = USUAL_PAGES.get(document["rendering"]["template"])
    pdf = _compile(document, transcript, pages)
    if pages in (None, _page_count(pdf)):
        return pdf
    return _compile(document, transcript, None)


def check_rendering(rendering: dict[str, str]) -> None:
    """
    Check that this installation renders what a transcript's `rendering` names.

    Raises:
        OtherRenderer: names each field that differs, with both values.
    """
    at_hand = rendering_identity(rendering["template"])
    for field in ("template_digest", "fonts_digest", "typst_version"):
        named, present = rendering[field], getattr(at_hand, field)
        if named != present:
            message = _(
                "the transcript names {field} {named}, but here it is {present}; "
                "render it with the release that it names, or assemble it again"
            )
            raise OtherRenderer(message.format(field=field, named=named, present=present))


def lookup_address(document: dict[str, Any]) -> str:
    """Return the address where a transcript is looked up, with its code: what is printed as QR."""
    address, code = str(document["rendering"]["lookup_url"]), document["transcript_code"]
    return address if code in address else f"{address}#{code}"


def qr_rows(content: str) -> tuple[str, ...]:
    """
    Make a QR code (ISO/IEC 18004, error correction level M).

    Returns:
        Its modules without quiet zone, `0` light and `1` dark, a text for each row.
    """
    symbol = segno.make_qr(content, error="m", mask=_QR_MASK, boost_error=False)
    return tuple("".join("1" if module else "0" for module in row) for row in symbol.matrix)


def main_source(main_file: str, transcript: str, address: str, pages: int | None = None) -> str:
    """
    Write the main file of one document: a call with the data as string literals.

    With *pages* the template takes it for granted that there will be so many (`USUAL_PAGES`).

    In a Typst string only the quotation mark ends it and only the backslash escapes, so the two
    are escaped and the bytes arrive as they are. (Data by `sys.inputs` would make Typst evaluate
    every file of the template again for each document.)
    """
    rows = ", ".join(_literal(row) for row in qr_rows(address))
    numbered = f", pages: {pages}" if pages else ""
    return (
        f"#import {_literal(main_file)}: transcript-document\n"
        f"#transcript-document(bytes({_literal(transcript)}), {_literal(address)}, ({rows})"
        f"{numbered})\n"
    )


def _literal(text: str) -> str:
    """Write a Typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _parse(transcript: bytes) -> dict[str, Any]:
    try:
        return parse_transcript(transcript).document
    except InvalidFormat as error:
        raise RenderError(str(error)) from error


def _compile(document: dict[str, Any], transcript: bytes, pages: int | None) -> bytes:
    import typst

    rendering = document["rendering"]
    root, main_file = root_of(rendering["template"])
    source = main_source(main_file, transcript.decode(), lookup_address(document), pages)
    try:
        with _one_at_a_time:
            pdf = compiler_of(root).compile(
                input=source.encode(),
                format="pdf",
                pdf_standards=_PDF_STANDARDS,
                timestamp=datetime.fromisoformat(rendering["created_at"]),
            )
    except typst.TypstError as error:
        # Typst's message quotes what it could not set, which may be part of a name.
        raise RenderError(_explain(error, document["transcript_code"])) from None
    return pdf  # type: ignore[return-value]  # bytes: one file, as the format is PDF


def _page_count(pdf: bytes) -> int:
    """Count the pages of what Typst has written, which has all of them under one node."""
    return sum(map(int, _PAGES.findall(pdf)))


def _explain(error: "typst.TypstError", transcript_code: str) -> str:
    """Say what went wrong without repeating any text of the transcript."""
    missing = _MISSING_GLYPHS.search(error.message)
    if missing:
        letters = " ".join(f"U+{ord(letter):04X}" for letter in sorted(set(missing["text"])))
        message = _(
            "transcript {code}: the fonts have no glyph for {letters}; correct the text in the "
            "shared database"
        )
        return message.format(code=transcript_code, letters=letters)
    places = ", ".join(dict.fromkeys(_PLACE_IN_TEMPLATE.findall(error.diagnostic)))
    message = _("transcript {code}: its template failed at {places}")
    return message.format(code=transcript_code, places=places or _MAIN_FILE)


def _digest(folder: Path, pattern: str, imported: Iterable[Path] = ()) -> str:
    """Digest the files of a folder, and those it imports, as the class `Rendering` says."""
    names = {folder: "", **{other: f"../{other.name}/" for other in imported}}
    lines = (
        f"{sha256(path.read_bytes()).hexdigest()}  {prefix}{path.name}\n".encode()
        for directory, prefix in names.items()
        for path in sorted(directory.glob(pattern), key=lambda path: path.name.encode())
    )
    return f"0x{sha256(b''.join(lines)).hexdigest()}"


def root_of(template: str) -> tuple[Path, str]:
    """Return the folder that Typst may look into, and a template's main file in it."""
    own, *imported = _FOLDERS[template]
    if imported:
        return _TEMPLATES_DIRECTORY, f"{own}/{_MAIN_FILE}"
    return _TEMPLATES_DIRECTORY / own, _MAIN_FILE


@cache
def compiler_of(root: Path) -> "typst.Compiler":
    """Keep one compiler for a root: fonts and parsed sources are read once per process."""
    # A page run is a task for a thread; for three of them threads cost more than they bring.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(FONTS_DIRECTORY)],
    )
    return typst.Compiler(root=str(root), font_paths=fonts, ignore_system_fonts=True)
