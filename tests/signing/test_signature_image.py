"""The picture of a hand's signature: what of it is drawn, where, and what is refused."""

import re
import struct
import subprocess
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import LookUnfit
from signing.look import Look
from signing.signature_image import LARGEST_IMAGE, SignatureImage, read_signature_image
from tests.signing.sample import PRINCIPAL
from tests.signing.test_appearance import draw_principal

ALPHA, OPAQUE, PALETTE = 6, 2, 3
DEMO = Path(__file__).parents[2] / "transcript_service" / "demo" / "sample_signature.svg"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">{inside}</svg>'
BAR = '<rect width="90" height="30" fill="#0a3a9b"/>'


def chunk(name: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + checksum


def png(
    width: int = 90,
    height: int = 30,
    *,
    colour: int = ALPHA,
    interlace: int = 0,
    rows: int | None = None,
    extra: bytes = b"",
) -> bytes:
    """A blue bar, half transparent where the colour type lets it."""
    pixel = {ALPHA: b"\x0a\x3a\x9b\x80", OPAQUE: b"\x0a\x3a\x9b", PALETTE: b"\0"}[colour]
    line = b"\0" + pixel * width
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, interlace)
    packed = zlib.compress(line * (height if rows is None else rows))
    palette = chunk(b"PLTE", b"\x0a\x3a\x9b") if colour == PALETTE else b""
    parts = (chunk(b"IHDR", header), palette, extra, chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def svg(inside: str) -> bytes:
    return SVG.format(inside=inside).encode()


def seen(look: Look, tmp_path: Path) -> tuple[int, int, set[tuple[int, int]]]:
    """Width and height in pixels of a look at 100 dpi, and which pixels are not white."""
    path = tmp_path / "look.pdf"
    path.write_bytes(look.pdf)
    command = ["pdftoppm", "-r", "100", "-singlefile", str(path)]
    image = subprocess.run(command, check=True, capture_output=True).stdout
    _magic, size, _depth, pixels = image.split(b"\n", 3)
    width, height = (int(side) for side in size.split())
    drawn = {
        (at // 3 % width, at // 3 // width)
        for at in range(0, len(pixels), 3)
        if min(pixels[at : at + 3]) < 200
    }
    return width, height, drawn


@pytest.mark.judge
@pytest.mark.parametrize(
    "content",
    [
        png(),
        png(300, 30),
        png(30, 60),
        svg(BAR),
        png(colour=PALETTE, extra=chunk(b"tRNS", b"\x80")),
    ],
    ids=["png", "wide", "high", "svg", "palette"],
)
def test_the_left_third_of_the_picture_lies_below_the_seal(content, tmp_path):
    """Decree 30/2020/NĐ-CP article 33.1b, whatever the shape of the picture."""
    look = draw_principal(image=read_signature_image(content))

    width, height, drawn = seen(look, tmp_path)

    columns = [x for x, y in drawn if y < height * 0.55]
    left, right = min(columns), max(columns) + 1
    assert left + (right - left) / 3 == pytest.approx(width / 3, abs=1.5)
    assert left >= 0
    assert right <= width


@pytest.mark.judge
def test_name_and_time_stand_below_the_picture(tmp_path):
    """Right of the seal, and not over the picture."""
    look = draw_principal(image=read_signature_image(DEMO.read_bytes()))
    path = tmp_path / "look.pdf"
    path.write_bytes(look.pdf)
    command = ["pdftotext", "-bbox", str(path), "-"]
    page = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    found = re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', page)
    assert " ".join(word for *_box, word in found) == (
        f"{PRINCIPAL} Ký lúc 2026-05-30T15:04:05+07:00"
    )
    for *box, word in found:
        left, top, right, bottom = (float(edge) for edge in box)
        assert look.width / 3 <= left < right <= look.width, word
        assert look.height / 2 < top < bottom <= look.height + 1, word


def test_what_is_transparent_stays_transparent():
    """Else the picture's ground would cover the seal's place and the page."""
    look = draw_principal(image=read_signature_image(png()))

    assert b"/SMask" in look.pdf
    assert look == draw_principal(image=read_signature_image(png()))


def test_what_a_picture_says_besides_its_pixels_is_left_out():
    """Names, places and devices that programs write into a PNG do not get into transcripts."""
    told = png(extra=chunk(b"tEXt", b"Author\0Nguyen Van A") + chunk(b"eXIf", b"II*\0here"))

    assert read_signature_image(told) == read_signature_image(png())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "neither PNG nor SVG"),
        (b"\xff\xd8\xff\xe0 a JPEG", "neither PNG nor SVG"),
        (png() + b"x" * LARGEST_IMAGE, "more than 200000 bytes"),
        (png()[:-20], "damaged or incomplete"),
        (png().replace(b"IDAT", b"IDAX"), "damaged or incomplete"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "damaged or incomplete"),
        (png(3001, 1), "3001 × 1 pixels"),
        (png(0, 1), "0 × 1 pixels"),
        (png(rows=10_000), "damaged or incomplete"),
        (png(rows=29), "damaged or incomplete"),
        (png(interlace=1), "interlaced"),
        (png(colour=OPAQUE), "no transparency"),
        (png(colour=PALETTE), "no transparency"),
    ],
)
def test_a_picture_that_cannot_be_used_is_refused_with_the_reason(content, said):
    """Before a batch starts, and without unpacking more than the header promises."""
    with pytest.raises(LookUnfit, match=said):
        read_signature_image(content)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (svg("<script>alert(1)</script>"), "script"),
        (svg('<image href="file:///etc/passwd"/>'), "image"),
        (svg('<use href="#a"/>'), "use"),
        (svg("<text>Hiệu trưởng</text>"), "text"),
        (svg("<foreignObject/>"), "foreignObject"),
        (svg('<path d="M0 0" fill="url(http://a.example/#x)"/>'), "fill"),
        (svg('<path d="M0 0" style="fill: URL(#x)"/>'), "style"),
        (svg('<path d="M0 0" onload="x()"/>'), "onload"),
        (svg('<g xmlns:x="http://www.w3.org/1999/xlink" x:href="a.svg"/>'), "href"),
        (svg('<p xmlns="http://www.w3.org/1999/xhtml">x</p>'), "p"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("&a;"), "DOCTYPE"),
        (b"<html/>", "html"),
        (svg(SVG.format(inside="")), "svg"),
    ],
)
def test_an_svg_that_could_do_more_than_draw_is_refused(content, named):
    """Nothing is fetched, run, or set in a font that is not ours."""
    with pytest.raises(LookUnfit, match=f"it has {named}\\."):
        read_signature_image(content)


@pytest.mark.parametrize(
    "size",
    [
        "",
        'viewBox="0 0 0 30"',
        'viewBox="0 0 90"',
        'viewBox="0 0 90 -30"',
        'viewBox="0 0 90 1e999"',
        'viewBox="0 0 90 30" width="0"',
        'viewBox="0 0 90 30" height="100%"',
        'viewBox="0 0 99999999999 30"',
    ],
)
def test_an_svg_without_a_size_is_refused(size):
    """There is nothing to fit to the field."""
    content = svg(BAR).replace(b'viewBox="0 0 90 30"', size.encode())

    with pytest.raises(LookUnfit, match="does not say how large it is"):
        read_signature_image(content)


@pytest.mark.parametrize("width", ["90", "90mm", "3.5in", "254.5px"])
def test_an_svg_as_drawing_programs_save_it_is_taken(width):
    """With a declaration, a comment, a size in some unit, a group that is moved."""
    inside = f'<g transform="translate(1,2)">{BAR}</g>'
    plain = SVG.format(inside=inside).replace("<svg", f'<svg width="{width}"', 1)
    content = f'\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- Inkscape -->\n{plain}'.encode()

    look = draw_principal(image=read_signature_image(content))

    assert look.pdf.startswith(b"%PDF-")


def test_an_svg_nested_without_end_is_refused():
    """Whoever walks it must not run out of stack."""
    with pytest.raises(LookUnfit, match="nested too deeply"):
        read_signature_image(svg("<g>" * 9000 + "</g>" * 9000))


@given(content=st.binary(max_size=300) | st.binary(max_size=200).map(png()[:40].__add__))
def test_whatever_bytes_come_they_are_a_picture_or_refused(content):
    """No other error, so that a batch can say what is wrong."""
    with suppress(LookUnfit):
        assert isinstance(read_signature_image(content), SignatureImage)
