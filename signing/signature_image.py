"""
The picture of a hand's signature: a PNG with transparency, or an SVG of plain shapes.

Decree 30/2020/NĐ-CP, annex I: blue, without background. The file may come from anywhere, so it is
bounded, and only what draws is taken over: no text about the picture, no links, no scripts.
"""

import re
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from signing.errors import LookUnfit

LARGEST_IMAGE = 200_000
"""Bytes of the file; it is copied into every document of a batch."""
_LARGEST_SIDE = 3000
_DEEPEST_ELEMENT = 20
_PNG_START = b"\x89PNG\r\n\x1a\n"
_CHUNKS_THAT_DRAW = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By colour type (ISO/IEC 15948 table 11.1); 4 and 6 have an alpha channel."""
_COLOUR_TYPES_WITH_ALPHA = {4, 6}
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)(?:px|pt|mm|cm|in)?")
_SVG = "http://www.w3.org/2000/svg"
_SHAPES = frozenset(
    f"{_SVG} {name}"
    for name in (
        *("svg", "g", "defs", "title", "desc"),
        *("path", "line", "polyline", "polygon", "rect", "circle", "ellipse"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureImage:
    """A signature to draw, as SVG: plain shapes, or one PNG in it."""

    svg: str


def read_signature_image(content: bytes) -> SignatureImage:
    """
    Take over what *content* draws.

    Raises:
        LookUnfit: too large, damaged, opaque, or neither PNG nor an SVG of plain shapes.
    """
    if len(content) > LARGEST_IMAGE:
        raise LookUnfit(
            "The signature image has more than {largest} bytes. Make it smaller.",
            largest=LARGEST_IMAGE,
        )
    if content.startswith(_PNG_START):
        return _read_png(content)
    return _read_svg(content)


def _read_png(content: bytes) -> SignatureImage:
    chunks = list(_chunks(content))
    width, height, depth, colour, _compression, _filter, interlace = _header(chunks)
    if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
        raise LookUnfit(
            "The signature image has {width} × {height} pixels; at most {largest} each way are"
            " taken. Make it smaller.",
            width=width,
            height=height,
            largest=_LARGEST_SIDE,
        )
    if colour not in _COLOUR_TYPES_WITH_ALPHA and not any(name == b"tRNS" for name, _ in chunks):
        raise LookUnfit(
            "The signature image has no transparency: its background would cover the page. Save it"
            " as PNG with a transparent background."
        )
    if interlace:
        raise LookUnfit("The signature image is an interlaced PNG. Save it without interlacing.")
    line = 1 + (width * depth * _CHANNELS.get(colour, 0) + 7) // 8
    _check_pixels(b"".join(data for name, data in chunks if name == b"IDAT"), line * height)
    encoded = b64encode(_PNG_START + b"".join(_written(*chunk) for chunk in chunks)).decode()
    return SignatureImage(
        svg=f'<svg xmlns="{_SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}"'
        f' height="{height}"><image width="{width}" height="{height}"'
        f' xlink:href="data:image/png;base64,{encoded}"/></svg>'
    )


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and data of the chunks that draw, up to the last one."""
    at, name = len(_PNG_START), b""
    while name != b"IEND":
        try:
            size, name = struct.unpack_from(">I4s", content, at)
            data = content[at + 8 : at + 8 + size]
            (checksum,) = struct.unpack_from(">I", content, at + 8 + size)
        except struct.error as error:
            raise _damaged() from error
        if checksum != zlib.crc32(name + data):
            raise _damaged()
        if name in _CHUNKS_THAT_DRAW:
            yield name, data
        at += 12 + size


def _written(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(name + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + name + data + checksum


def _header(chunks: list[tuple[bytes, bytes]]) -> tuple[int, ...]:
    name, data = chunks[0]
    if name != b"IHDR" or len(data) != 13:
        raise _damaged()
    return struct.unpack_from(">IIBBBBB", data)


def _check_pixels(packed: bytes, expected: int) -> None:
    """Check that unpacking gives exactly the pixels of the header, and no more than those."""
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(packed, expected + 1)
    except zlib.error as error:
        raise _damaged() from error
    if len(unpacked) != expected:
        raise _damaged()


def _read_svg(content: bytes) -> SignatureImage:
    reader = _SvgReader()
    try:
        reader.parser.Parse(content, True)
        svg = content.decode("utf-8-sig")
    except (expat.ExpatError, UnicodeDecodeError, LookupError) as error:
        raise LookUnfit(
            "The signature image is neither PNG nor SVG in UTF-8. Save it as PNG with a"
            " transparent background, or as plain SVG."
        ) from error
    return SignatureImage(svg=svg)


class _SvgReader:
    """Refuses everything but plain shapes, element by element."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._depth = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if name not in _SHAPES or (self._depth == 1) != (name == f"{_SVG} svg"):
            raise _not_plain(name.rpartition(" ")[2])
        if self._depth == 1 and not _has_size(attributes):
            raise LookUnfit(
                "The signature image is an SVG that does not say how large it is (viewBox, width,"
                " height). Save it as plain SVG with a viewBox."
            )
        if self._depth > _DEEPEST_ELEMENT:
            raise LookUnfit(
                "The signature image is an SVG whose elements are nested too deeply. Save it as"
                " plain SVG with paths only."
            )
        for key, value in attributes.items():
            local = key.rpartition(" ")[2].lower()
            if local == "href" or local.startswith("on") or "url(" in value.lower():
                raise _not_plain(local)

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _refuse_doctype(self, *_declared: object) -> None:
        raise _not_plain("DOCTYPE")


def _has_size(attributes: dict[str, str]) -> bool:
    box = attributes.get("viewBox", "").replace(",", " ").split()
    sides = [*box[2:], *(attributes[side] for side in ("width", "height") if side in attributes)]
    lengths = [_LENGTH.fullmatch(side) for side in sides]
    return len(box) == 4 and all(length and float(length[1]) > 0 for length in lengths)


def _not_plain(name: str) -> LookUnfit:
    return LookUnfit(
        "The signature image is not an SVG of plain shapes: it has {name}. Save it as plain SVG"
        " with paths only, or as PNG with a transparent background.",
        name=name[:40],
    )


def _damaged() -> LookUnfit:
    return LookUnfit("The signature image is a damaged or incomplete PNG. Save it anew.")
