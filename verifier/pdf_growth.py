"""
What a later revision may bring along: validation data, time stamps and what carries them.

Behind the door `verifier.pdf_signature`. New objects must belong to the DSS, to a signature field
or to the catalog's extensions; the DSS holds certificates, CRLs and OCSP answers and nothing
else (ETSI EN 319 142-1, 5.4.2).
"""

import re
from collections.abc import Iterator
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import HistoricalResolver

from verifier.pdf_document import raw_items, value_of

_UPWARDS = frozenset({"/P", "/Parent"})
_ROOTS_OF_GROWTH = ("/DSS", "/AcroForm", "/Extensions")
_DSS_KINDS = {
    "/Certs": x509.Certificate,
    "/CRLs": crl.CertificateList,
    "/OCSPs": ocsp.OCSPResponse,
}
_DSS_KEYS = frozenset({"/Type", "/VRI", *_DSS_KINDS})
_VRI_KINDS = {
    "/Cert": x509.Certificate,
    "/CRL": crl.CertificateList,
    "/OCSP": ocsp.OCSPResponse,
}
_VRI_KEYS = frozenset({"/Type", "/TU", "/TS", *_VRI_KINDS})
_VRI_NAME = re.compile(r"/[0-9A-Fa-f]{40}")
"""SHA-1 of a signature's value (ISO 32000-2, 12.8.4.4)."""
_DEVELOPERS = frozenset({"/ESIC", "/ADBE", "/ISO_"})
_MOST_OBJECTS = 20_000


def belongs_to_growth(view: HistoricalResolver, numbers: frozenset[int]) -> bool:
    """Tell whether all new objects *numbers* hang on what may grow."""
    roots = [view.root.raw_get(key) for key in _ROOTS_OF_GROWTH if key in view.root]
    return numbers <= set().union(*(reachable(view, root) for root in roots))


def only_known_extensions(before: HistoricalResolver, view: HistoricalResolver) -> bool:
    """Tell whether the catalog declares no extension but those that renewals need (7.12)."""
    grown = value_of(view.root, "/Extensions") or {}
    had = value_of(before.root, "/Extensions") or {}
    return {key for key in grown if key not in had} <= _DEVELOPERS


def holds_only_validation_data(view: HistoricalResolver) -> bool:
    """Tell whether the DSS is what it claims to be; True when there is none."""
    dss = value_of(view.root, "/DSS")
    if dss is None:
        return True
    if not isinstance(dss, generic.DictionaryObject) or not set(dss) <= _DSS_KEYS:
        return False
    return _lists_only(view, dss, _DSS_KINDS) and _relates_only(view, value_of(dss, "/VRI"))


def _lists_only(view: HistoricalResolver, lists: Any, kinds: dict[str, Any]) -> bool:
    return all(
        _parses(kind, item)
        for key, kind in kinds.items()
        for item in _streams(view, value_of(lists, key))
    )


def _relates_only(view: HistoricalResolver, related: Any) -> bool:
    """Tell whether VRI says by signature which validation data it needs, and nothing else."""
    if related is None:
        return True
    if not isinstance(related, generic.DictionaryObject):
        return False
    return all(
        _VRI_NAME.fullmatch(name) is not None
        and isinstance(one := value_of(related, name), generic.DictionaryObject)
        and set(one) <= _VRI_KEYS
        and _lists_only(view, one, _VRI_KINDS)
        and ("/TS" not in one or _parses(cms.ContentInfo, value_of(one, "/TS")))
        and not isinstance(value_of(one, "/TU"), generic.DictionaryObject | generic.ArrayObject)
        for name in related
    )


def _streams(view: HistoricalResolver, items: generic.ArrayObject | None) -> Iterator[Any]:
    for item in raw_items(items):
        yield view(item.reference) if isinstance(item, generic.IndirectObject) else item


def _parses(kind: Any, stream: Any) -> bool:
    if not isinstance(stream, generic.StreamObject):
        return False
    data = stream.read_data(DecodePurpose.GENERIC)
    try:
        return bool(kind.load(data, strict=True).native)
    except (ValueError, TypeError):
        return False


def reachable(view: HistoricalResolver, start: object) -> set[int]:
    """Return the numbers of all objects at and below *start*, never going up to pages."""
    found: set[int] = set()
    waiting = [start]
    while waiting and len(found) < _MOST_OBJECTS:
        value = waiting.pop()
        if isinstance(value, generic.IndirectObject):
            if value.idnum not in found:
                found.add(value.idnum)
                waiting.append(view(value.reference))
        elif isinstance(value, generic.DictionaryObject):
            waiting.extend(value.raw_get(key) for key in value if key not in _UPWARDS)
        elif isinstance(value, generic.ArrayObject):
            waiting.extend(raw_items(value))
    return found
