"""What a reader sees of a PDF and is handed with it, as another program (pikepdf) tells."""

from io import BytesIO
from typing import Any

import pikepdf

_MOST_DEPTH = 12


def shows_the_same(one: bytes, other: bytes) -> bool:
    """Tell whether both have the same pages and attachments; False where one cannot be read."""
    try:
        return visible(one) == visible(other)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
        return False


def visible(pdf: bytes) -> Any:
    """Return pages (contents, resources, annotations that have a place) and attachments."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = [
            [
                _plain(page.obj.get(key), 0)
                for key in ("/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate")
            ]
            + [
                [_plain(one.get(key), 0) for key in ("/Subtype", "/Rect", "/F", "/AP", "/Contents")]
                for one in page.obj.get("/Annots", [])
                if _has_place(one)
            ]
            for page in opened.pages
        ]
        files = {name: file.get_file().read_bytes() for name, file in opened.attachments.items()}
        return pages, files


def _has_place(annotation: Any) -> bool:
    return any(float(number) for number in annotation.get("/Rect", []))


def _plain(value: Any, depth: int) -> Any:
    if depth > _MOST_DEPTH:
        return "…"
    if isinstance(value, pikepdf.Stream):
        keys = {key: _plain(value.get(key), depth + 1) for key in value if key != "/Length"}
        return value.read_raw_bytes(), keys
    if isinstance(value, pikepdf.Dictionary):
        return {key: _plain(value.get(key), depth + 1) for key in value if key != "/Parent"}
    if isinstance(value, pikepdf.Array):
        return [_plain(inner, depth + 1) for inner in value]
    return str(value)
