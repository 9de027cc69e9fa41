"""
The structure of a signed PDF: revisions, the attached transcript, signature fields.

Behind the door `verifier.pdf_signature`, which catches whatever hostile bytes make pyHanko raise;
nothing else imports this module. Offsets are counted in bytes from the start of the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits, StreamDecodeLimits
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from verifier.errors import LimitExceeded
from verifier.messages import _
from verifier.pdf_usages import RevisionsReader

ATTACHMENT_NAME = "transcript.json"
MOST_REVISIONS = 500
"""An issued document has a handful; one more for each renewal."""
MOST_NODES = 1_000
"""Of a name tree or a form; an issued document has a handful."""
_LIMITS = DecodeLimits(per_stream=StreamDecodeLimits(max_output_size=32 * 1024 * 1024))
_END_OF_REVISION = re.compile(rb"startxref[\r\n]{1,2}([0-9]{1,12})[\r\n]{1,2}%%EOF(\r\n|\n|\r)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureField:
    """A filled signature field as it stands in the last revision."""

    field_name: str
    is_time_stamp: bool
    revision: int
    """The revision that wrote the signature, counted from 0."""
    field: generic.DictionaryObject


@dataclass(frozen=True, slots=True, kw_only=True)
class PDFDocument:
    """A PDF that could be read strictly from its first to its last revision."""

    pdf: bytes
    reader: RevisionsReader
    revision_ends: tuple[int, ...]
    """Where each revision ends, its last end of line included."""
    transcripts: tuple[bytes, ...]
    """All attachments named `transcript.json` in the first revision."""
    signatures: tuple[SignatureField, ...]
    """In the order of their revisions, document time stamps included."""


def read_pdf(pdf: bytes) -> PDFDocument:
    """Read *pdf* strictly; raises whatever pyHanko raises on bytes that do not fit together."""
    if pdf.count(b"startxref") > MOST_REVISIONS:
        raise LimitExceeded(_("it has more than {count} revisions").format(count=MOST_REVISIONS))
    reader = RevisionsReader(pdf, _LIMITS)
    if reader.encrypted:
        raise PdfReadError("encrypted")
    if reader.xrefs.hybrid_xrefs_present:
        raise PdfReadError("hybrid cross-references")
    _check_form(reader)
    revisions = reader.xrefs.total_revisions
    first = _attached_transcripts(reader.get_historical_resolver(0))
    return PDFDocument(
        pdf=pdf,
        reader=reader,
        revision_ends=tuple(_revision_end(pdf, reader, number) for number in range(revisions)),
        transcripts=first,
        signatures=_signature_fields(reader),
    )


def keeps_transcript(document: PDFDocument, revision: int) -> bool:
    """Tell whether *revision* attaches the same `transcript.json` as the first one."""
    view = document.reader.get_historical_resolver(revision)
    return _attached_transcripts(view) == document.transcripts


def value_of(dictionary: generic.DictionaryObject, key: str) -> Any:
    """Return what *key* leads to, through references; None when it is absent or null."""
    try:
        return dictionary[key]
    except KeyError:
        return None


def raw_items(array: generic.ArrayObject | None) -> list[Any]:
    """Return the items of an array without following their references."""
    return [] if array is None else list(list.__iter__(array))


def raw_value(dictionary: generic.DictionaryObject, key: str) -> Any:
    """Return what stands at *key*, references not followed; null when nothing does."""
    return dictionary.raw_get(key) if key in dictionary else generic.NullObject()


def written(value: generic.PdfObject) -> bytes:
    """Return *value* as pyHanko writes it: the same bytes for the same meaning."""
    out = BytesIO()
    value.write_to_stream(out)
    return out.getvalue()


def _revision_end(pdf: bytes, reader: PdfFileReader, revision: int) -> int:
    """Return the offset after `%%EOF` and its end of line of one revision."""
    start = reader.xrefs.get_xref_container_info(revision).end_location
    declared = reader.xrefs.get_startxref_for_revision(revision)
    for match in _END_OF_REVISION.finditer(pdf, start):
        if int(match[1]) == declared:
            return match.end()
    raise PdfReadError(f"revision {revision} has no end")


def _attached_transcripts(view: HistoricalResolver) -> tuple[bytes, ...]:
    """Return the contents of the attachments named `transcript.json`, as one revision has them."""
    raws = {
        raw.reference if isinstance(raw, generic.IndirectObject) else id(raw): raw
        for raw in _file_specifications(view)
    }
    return tuple(
        _embedded_data(specification)
        for specification in (raw.get_object() for raw in raws.values())
        if ATTACHMENT_NAME in (value_of(specification, "/F"), value_of(specification, "/UF"))
    )


def _file_specifications(view: HistoricalResolver) -> Iterator[Any]:
    """Yield file specifications: name tree and associated files (ISO 32000-2, 14.13)."""
    names = value_of(view.root, "/Names")
    tree = names.raw_get("/EmbeddedFiles") if names and "/EmbeddedFiles" in names else None
    for node in _tree_nodes([] if tree is None else [tree]):
        yield from raw_items(value_of(node, "/Names"))[1::2]
    yield from raw_items(value_of(view.root, "/AF"))


def _check_form(reader: PdfFileReader) -> None:
    """Check that the form is a tree: a ladder of a few fields has paths without end (12.7.4)."""
    form = value_of(reader.root, "/AcroForm")
    for _node in _tree_nodes(raw_items(value_of(form, "/Fields")) if form is not None else []):
        pass


def _tree_nodes(roots: list[Any]) -> Iterator[generic.DictionaryObject]:
    """Yield the nodes at and below *roots*, each of which may be the kid of one other only."""
    waiting: list[Any] = list(roots)
    seen: set[generic.Reference] = set()
    while waiting:
        raw = waiting.pop()
        if isinstance(raw, generic.IndirectObject):
            if raw.reference in seen:
                raise PdfReadError("a node has two parents")
            seen.add(raw.reference)
        node: Any = raw.get_object()
        yield node
        waiting.extend(raw_items(value_of(node, "/Kids")))
        if len(seen) + len(waiting) > MOST_NODES:
            raise LimitExceeded(
                _("a tree in it has more than {count} nodes").format(count=MOST_NODES)
            )


def _embedded_data(specification: generic.DictionaryObject) -> bytes:
    """Return the decoded bytes of an embedded file; both names must mean one stream."""
    embedded = specification["/EF"]
    streams = {key: embedded.raw_get(key) for key in ("/F", "/UF") if key in embedded}
    if len({repr(reference) for reference in streams.values()}) != 1:
        raise PdfReadError("an embedded file needs exactly one stream")
    stream = next(iter(streams.values())).get_object()
    data = stream.data
    if not isinstance(data, bytes):
        raise PdfReadError("an embedded file is no stream")
    return data


def _signature_fields(reader: PdfFileReader) -> tuple[SignatureField, ...]:
    """Return all filled signature fields, whatever their subfilter, oldest first."""
    found = []
    for name, value, field in enumerate_sig_fields(reader, filled_status=True):
        dictionary = field.get_object()
        found.append(
            SignatureField(
                field_name=str(name),  # a text object would keep the whole file
                is_time_stamp=value_of(value.get_object(), "/Type") == "/DocTimeStamp",
                revision=reader.xrefs.get_last_change(dictionary.raw_get("/V").reference),
                field=dictionary,
            )
        )
    return tuple(sorted(found, key=lambda signature: signature.revision))
