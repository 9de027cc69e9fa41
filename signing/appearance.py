"""
What signatures look like: one Typst page of the field's size, made once for a batch.

Decree 30/2020/NĐ-CP, annex I: the principal's signature blue, the school's seal red and in real
size, both without background, times in ISO 8601 with the time zone of Việt Nam.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from signing.errors import LookUnfit
from signing.look import Look
from signing.signature_image import SignatureImage

if TYPE_CHECKING:
    import typst

_VIET_NAM = timezone(timedelta(hours=7))
_LOOKS = Path(__file__).parent / "looks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """The only fonts that looks are set in: a folder of font files, and one family in it."""

    directory: Path
    family: str


def principal_look(
    *,
    name: str,
    title: str,
    organization: str,
    signed_at: datetime,
    size: tuple[float, float],
    lettering: Lettering,
    image: SignatureImage | None = None,
) -> Look:
    """
    Draw the principal's signature; its left third stays free of text, for the seal.

    With the *image* of the hand, the image, so that the seal will cover its left third, and below
    it name and time; without it, a frame with all that is given.

    Args:
        name: the signer, as printed.
        title: for example `HIỆU TRƯỞNG`.
        organization: the school, as printed.
        signed_at: aware; shown to the second in the time zone of Việt Nam.
        size: width and height of the field in points.
        lettering: fonts with every letter of the texts.
        image: the hand's signature, if there is a picture of it.

    Raises:
        LookUnfit: a font or a letter in it is missing, or the image cannot be drawn.
    """
    texts = {"name": name, "title": title, "organization": organization}
    texts["signature"] = "" if image is None else image.svg
    return _draw("principal.typ", texts, signed_at, size, lettering)


def seal_look(
    *, organization: str, signed_at: datetime, size: tuple[float, float], lettering: Lettering
) -> Look:
    """
    Draw the school's round seal with its name, `ĐÃ KÝ SỐ` and the time; arguments as above.

    Raises:
        LookUnfit: a font or a letter in it is missing.
    """
    return _draw("seal.typ", {"organization": organization}, signed_at, size, lettering)


def _draw(
    source: str,
    texts: Mapping[str, str],
    signed_at: datetime,
    size: tuple[float, float],
    lettering: Lettering,
) -> Look:
    if signed_at.tzinfo is None:
        raise LookUnfit(
            "The signing time {moment} has no time zone. Give a time with its zone.",
            moment=signed_at.isoformat(),
        )
    shown_at = signed_at.astimezone(_VIET_NAM).replace(microsecond=0)
    width, height = size
    inputs = {
        **texts,
        "signed_at": shown_at.isoformat(),
        "width": repr(width),
        "height": repr(height),
        "family": lettering.family,
    }
    pdf = _compile(source, inputs, shown_at, lettering)
    return Look(pdf=pdf, width=width, height=height, signed_at=shown_at)


def _compile(
    source: str, inputs: dict[str, str], shown_at: datetime, lettering: Lettering
) -> bytes:
    import typst

    compiler = typst.Compiler(
        str(_LOOKS / source),
        root=str(_LOOKS),
        font_paths=_load_fonts(lettering),
        ignore_system_fonts=True,
    )
    try:
        # PDF/A refuses a letter without glyph, which would else be drawn as an empty box.
        pdf = compiler.compile(
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=["a-3b"],
            timestamp=shown_at,
            pdf_tags=False,
        )
    except typst.TypstError:
        pdf = None
    if not isinstance(pdf, bytes):
        # Typst's message quotes what it could not set, which may be part of a name.
        raise LookUnfit(
            "A signature's look cannot be drawn in {family}: a letter is missing in the font, the"
            " text does not fit, or the signature image is damaged. Use a font with all Vietnamese"
            " letters, or another image.",
            family=lettering.family,
        )
    return pdf


def _load_fonts(lettering: Lettering) -> "typst.Fonts":
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(lettering.directory)],
    )
    if lettering.family not in fonts.families():
        raise LookUnfit(
            "The folder {directory} has no font {family}; it has {found}. Give the folder of the"
            " document's fonts.",
            directory=lettering.directory,
            family=lettering.family,
            found=", ".join(fonts.families()) or "none",
        )
    return fonts
