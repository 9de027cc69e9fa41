"""
What a later revision may bring along: validation data, and extensions that say so.

Behind the door `verifier.pdf_signature`. The DSS holds certificates, CRLs and OCSP answers and
nothing else (ETSI EN 319 142-1, 5.4.2). It is walked by its own keys: whatever hangs on another
key, a whole second document even, is no validation data.
"""

import re
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import HistoricalResolver

from verifier.pdf_document import raw_items, written

_DSS_KINDS = {
    "/Certs": x509.Certificate,
    "/CRLs": crl.CertificateList,
    "/OCSPs": ocsp.OCSPResponse,
}
_VRI_KINDS = {
    "/Cert": x509.Certificate,
    "/CRL": crl.CertificateList,
    "/OCSP": ocsp.OCSPResponse,
}
_VRI_NAME = re.compile(r"/[0-9A-Fa-f]{40}")
"""SHA-1 of a signature's value (ISO 32000-2, 12.8.4.4)."""
_STREAM_KEYS = frozenset({"/Length", "/Filter"})
_DEVELOPERS = frozenset({"/ESIC", "/ADBE", "/ISO_"})
_UPWARDS = frozenset({"/P", "/Parent"})
_SIMPLE = (generic.NameObject, generic.NumberObject, generic.TextStringObject)
_MOST_OBJECTS = 20_000


class NoValidationData(Exception):
    """What stands in the DSS is something else."""


class ValidationData:
    """The DSS of one revision: the numbers of the objects that make it up."""

    def __init__(self, view: HistoricalResolver) -> None:
        """
        Read the DSS; without one there are no objects.

        Raises:
            NoValidationData: it holds anything else.
        """
        self._view = view
        self.containers: set[int] = set()
        """Dictionaries and arrays."""
        self.streams: set[int] = set()
        if "/DSS" in view.root:
            self._read_dss(self._dictionary(view.root.raw_get("/DSS")))

    @property
    def objects(self) -> set[int]:
        """Return all of them."""
        return self.containers | self.streams

    def _read_dss(self, dss: generic.DictionaryObject) -> None:
        for key in dss:
            value = dss.raw_get(key)
            if key == "/VRI":
                related = self._dictionary(value)
                for name in related:
                    _require(_VRI_NAME.fullmatch(name) is not None)
                    self._read_vri(self._dictionary(related.raw_get(name)))
            elif key == "/Type":
                _require(value == "/DSS")
            else:
                self._read_list(_DSS_KINDS.get(key), value)

    def _read_vri(self, related: generic.DictionaryObject) -> None:
        """Read by whom which data are needed: one signature's entry (12.8.4.4)."""
        for key in related:
            value = related.raw_get(key)
            if key == "/TS":
                self._read_stream(cms.ContentInfo, value)
            elif key == "/TU":
                _require(isinstance(value, generic.TextStringObject))
            elif key == "/Type":
                _require(value == "/VRI")
            else:
                self._read_list(_VRI_KINDS.get(key), value)

    def _read_list(self, kind: Any, value: object) -> None:
        items = self._container(value)
        _require(kind is not None and type(items) is generic.ArrayObject)
        for item in raw_items(items):
            self._read_stream(kind, item)

    def _read_stream(self, kind: Any, value: object) -> None:
        if not isinstance(value, generic.IndirectObject):
            raise NoValidationData
        stream = self._view(value.reference)
        if not isinstance(stream, generic.StreamObject) or not set(stream) <= _STREAM_KEYS:
            raise NoValidationData
        _require("/Filter" not in stream or stream.raw_get("/Filter") == "/FlateDecode")
        _require(_parses(kind, stream.read_data(DecodePurpose.GENERIC)))
        self.streams.add(value.idnum)

    def _dictionary(self, value: object) -> generic.DictionaryObject:
        found = self._container(value)
        if type(found) is not generic.DictionaryObject:
            raise NoValidationData
        return found

    def _container(self, value: object) -> Any:
        if not isinstance(value, generic.IndirectObject):
            return value
        self.containers.add(value.idnum)
        return self._view(value.reference)


def _require(holds: bool) -> None:
    if not holds:
        raise NoValidationData


def _parses(kind: Any, data: bytes) -> bool:
    try:
        return bool(kind.load(data, strict=True).native)
    except (ValueError, TypeError):
        return False


def extensions_grow(before: HistoricalResolver, view: HistoricalResolver) -> bool:
    """Tell whether the catalog declares what it did, and what renewals need besides (7.12)."""
    had, has = (_extensions(one) for one in (before, view))
    if had is None or has is None:
        return False
    is_kept = all(has.get(key, [])[: len(had[key])] == had[key] for key in had)
    return is_kept and has.keys() - had.keys() <= _DEVELOPERS


def _extensions(view: HistoricalResolver) -> dict[str, list[bytes]] | None:
    """Return the extensions of each developer as they are written; None for anything else."""
    if "/Extensions" not in view.root:
        return {}
    declared = view.root.raw_get("/Extensions")
    if type(declared) is not generic.DictionaryObject:
        return None
    found = {}
    for key in declared:
        value = declared.raw_get(key)
        items = raw_items(value) if isinstance(value, generic.ArrayObject) else [value]
        if not all(map(_is_plain, items)):
            return None
        found[str(key)] = [written(item) for item in items]
    return found


def _is_plain(extension: object) -> bool:
    return type(extension) is generic.DictionaryObject and all(
        isinstance(extension.raw_get(key), _SIMPLE) for key in extension
    )


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
