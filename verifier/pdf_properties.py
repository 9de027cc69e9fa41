"""
A document's properties, in Info and XMP, without what a program that extends it must change.

Behind the door `verifier.pdf_signature`. Compared as values: programs write the same XMP in many
ways (ISO 16684-1, 7.4).
"""

import io
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.metadata.model import XmpArray, XmpArrayType, XmpStructure, XmpUri, XmpValue
from pyhanko.pdf_utils.metadata.xmp_xml import parse_xmp
from pyhanko.pdf_utils.reader import HistoricalResolver

from verifier.pdf_document import value_of

_MAY_CHANGE_IN_INFO = frozenset({"/ModDate", "/Producer"})
_MAY_CHANGE_IN_XMP = frozenset(
    {
        "http://ns.adobe.com/xap/1.0/ModifyDate",
        "http://ns.adobe.com/xap/1.0/MetadataDate",
        "http://ns.adobe.com/xap/1.0/mm/InstanceID",
        "http://ns.adobe.com/pdf/1.3/Producer",
    }
)

Leaf = tuple[tuple[str, ...], str]


def lasting_properties(view: HistoricalResolver) -> tuple[dict[str, Any], list[Leaf]]:
    """Return what Info (ISO 32000-2, 14.3.3) and XMP (14.3.2) say, but for dates and producer."""
    return _info(view), sorted(_xmp(view))


def _info(view: HistoricalResolver) -> dict[str, Any]:
    info = value_of(view.trailer_view, "/Info")
    if info is None:
        return {}
    return {key: info[key] for key in info if key not in _MAY_CHANGE_IN_INFO}


def _xmp(view: HistoricalResolver) -> Iterator[Leaf]:
    reference = view.root.get_value_as_reference("/Metadata", optional=True)
    if reference is None:
        return
    stream: Any = reference.get_object()
    data = stream.read_data(DecodePurpose.XMP_METADATA)
    for root in parse_xmp(io.BytesIO(data)):
        for leaf in _leaves(root, ()):
            if leaf[0][0] not in _MAY_CHANGE_IN_XMP:
                yield leaf


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[Leaf]:
    """Give the texts below an XMP *value* with the names, qualifiers and places on the way."""
    if isinstance(value, XmpValue):
        for name, qualifier in value.qualifiers.iter_quals(with_lang=True):
            yield from _leaves(qualifier, (*path, f"?{name}"))
        value = value.value
    if isinstance(value, XmpStructure):
        for name, inner in value:
            yield from _leaves(inner, (*path, str(name)))
    elif isinstance(value, XmpArray):
        kind = value.array_type.name
        has_order = value.array_type is not XmpArrayType.UNORDERED
        for index, inner in enumerate(value.entries):
            yield from _leaves(inner, (*path, f"{kind} {index}" if has_order else kind))
    else:
        yield path, value.value if isinstance(value, XmpUri) else str(value)
