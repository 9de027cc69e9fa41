"""
Files that a judge must refuse: a judge that calls everything good would prove nothing.

Each is an honest document with one fault. Faults of PDF/A and PDF/UA change bytes but no length;
they are those of which the work on signature fields found that they break a clause.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.conformance.documents import path_of_wrongly_signed
from tests.conformance.finding import Case
from tests.conformance.revisions import (
    DECADE_LATER,
    PREPARED,
    PRINCIPAL,
    SEAL,
    SEALED,
    SEALED_T,
    STAMPED,
    Document,
    Revision,
)
from tests.conformance.signed_parts import signed_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """A case, what is wrong with it, and what a judge must object to which part of it."""

    what: str
    judge: str
    about: str
    says: str
    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """What is done to the document of one revision; `change` gives the case with the fault."""

    what: str
    judge: str
    about: str
    says: str
    of: Revision
    change: Callable[[Case], Case]


def make_forgeries(folder: Path, documents: Sequence[Document]) -> Iterator[Forgery]:
    """Write each forgery into *folder*."""
    for number, fault in enumerate(_FAULTS, start=1):
        honest = next(document for document in documents if document.revision == fault.of)
        path = folder / f"forgery-{number:02}.pdf"
        path.write_bytes(honest.case.path.read_bytes())
        case = replace(honest.case, name=f"forgery {number}", path=path)
        yield Forgery(
            what=fault.what,
            judge=fault.judge,
            about=fault.about,
            says=fault.says,
            case=fault.change(case),
        )


def _bytes(spoil: Callable[[bytes], bytes]) -> Callable[[Case], Case]:
    """Spoil the bytes of a case's file."""

    def change(case: Case) -> Case:
        case.path.write_bytes(spoil(case.path.read_bytes()))
        return case

    return change


def _replace(*pairs: tuple[bytes, bytes]) -> Callable[[Case], Case]:
    """Replace texts by others of the same length, so that no offset moves."""

    def spoil(pdf: bytes) -> bytes:
        for old, new in pairs:
            if old not in pdf or len(old) != len(new):
                raise ValueError(f"{old!r} is not in the document, or {new!r} is not as long")
            pdf = pdf.replace(old, new)
        return pdf

    return _bytes(spoil)


def _misdirect(pdf: bytes) -> bytes:
    """Let the last revision say that its cross-reference table stands somewhere else."""
    start = pdf.rindex(b"startxref\n") + len(b"startxref\n")
    return pdf[:start] + re.sub(rb"\A\d+", lambda digits: b"1" * len(digits[0]), pdf[start:])


def _alter_signature_value(pdf: bytes) -> bytes:
    """Change the last bit of the principal's signature, which the time stamp is over."""
    value = next(signed_parts(pdf)).signature_value
    at = pdf.lower().index(value.hex().encode()) + 2 * len(value) - 2
    return pdf[:at] + b"%02X" % (value[-1] ^ 1) + pdf[at + 2 :]


def _paint_over(pdf: bytes) -> bytes:
    """Append a revision that draws a black bar over the first page."""
    stream = BytesIO(pdf)
    writer = IncrementalPdfFileWriter(stream)
    bar = writer.add_object(generic.StreamObject(stream_data=b"q 0 g 60 400 300 40 re f Q"))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), bar])
    writer.update_container(page)
    writer.write_in_place()
    return stream.getvalue()


def _signed_with(label: str) -> Callable[[Case], Case]:
    """Take the document that the principal certified with another certificate."""
    return lambda case: replace(case, path=path_of_wrongly_signed(case.path.parent, label))


def _profile(what: str, profile: str, clause: str, *pairs: tuple[bytes, bytes]) -> _Fault:
    return _Fault(
        what=what,
        judge="veraPDF",
        about=profile,
        says=clause,
        of=PREPARED,
        change=_replace(*pairs),
    )


def _signature(
    what: str, judge: str, about: str, says: str, change: Callable[[Case], Case]
) -> _Fault:
    return _Fault(what=what, judge=judge, about=about, says=says, of=SEALED, change=change)


_alter_page = _replace((b"/MediaBox[0 0 ", b"/MediaBox[9 0 "))
_ALTERED = "the signed page was altered"
_REVOKED = "the principal's certificate was revoked"
_STRANGER = "the principal's certificate is another root's"
_FAULTS = (
    _profile("no end of line before an increment", "PDF/A-3a", "6.1.9-1", (b"%%EOF\n", b"%%EOF ")),
    _profile("a hidden signature field", "PDF/A-3a", "6.3.2-2", (b"/F 132", b"/F 134")),
    _profile("a signature field without appearance", "PDF/A-3a", "6.3.3-1", (b"/AP<<", b"/XP<<")),
    _profile(
        "a font that is not embedded", "PDF/A-3a", "6.2.11.4.1-1", (b"/FontFile", b"/XontFile")
    ),
    _profile(
        "a signature field without description",
        "PDF/UA-1",
        "7.18.1-3",
        (b"/TU<", b"/XU<"),
        (b"/S/Form/Alt", b"/S/Form/Xlt"),
    ),
    _profile(
        "a signature field outside the structure",
        "PDF/UA-1",
        "7.18.4-1",
        (b"/S/Form/", b"/S/Span/"),
    ),
    _profile("a page without tab order", "PDF/UA-1", "7.18.3-1", (b"/Tabs", b"/Xabs")),
    _signature(_ALTERED, "EU DSS", PRINCIPAL, "TOTAL_FAILED HASH_FAILURE", _alter_page),
    _signature(
        "the page was painted over after sealing",
        "EU DSS",
        SEAL,
        "TOTAL_FAILED FORMAT_FAILURE",
        _bytes(_paint_over),
    ),
    _signature(_REVOKED, "EU DSS", PRINCIPAL, "REVOKED", _signed_with("principal-revoked")),
    _signature(
        _STRANGER,
        "EU DSS",
        PRINCIPAL,
        "INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND",
        _signed_with("principal-of-strangers"),
    ),
    _signature(
        "the principal's certificate is signed with SHA-1",
        "EU DSS",
        PRINCIPAL,
        "INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
        _signed_with("principal-sha1"),
    ),
    replace(
        _signature(
            "no revocation data, neither in the file nor besides it",
            "EU DSS",
            PRINCIPAL,
            "INDETERMINATE",
            lambda case: replace(case, revocation_lists=()),
        ),
        of=SEALED_T,
    ),
    replace(
        _signature(
            "the time stamps' service has ended, and nobody renewed",
            "EU DSS",
            PRINCIPAL,
            "INDETERMINATE",
            lambda case: replace(case, alone_at=DECADE_LATER.isoformat()),
        ),
        of=STAMPED,
    ),
    _signature(_ALTERED, "poppler", SEAL, "Digest Mismatch", _alter_page),
    _signature(_ALTERED, "OpenSSL", SEAL, "content verify error", _alter_page),
    _signature(
        _REVOKED, "OpenSSL", PRINCIPAL, "certificate revoked", _signed_with("principal-revoked")
    ),
    _signature(
        _STRANGER,
        "OpenSSL",
        PRINCIPAL,
        "unable to get local issuer certificate",
        _signed_with("principal-of-strangers"),
    ),
    replace(
        _signature(
            "the time stamp is over another signature",
            "OpenSSL",
            f"time stamp of {PRINCIPAL}",
            "message imprint mismatch",
            _bytes(_alter_signature_value),
        ),
        of=SEALED_T,
    ),
    _signature(
        "the cross-reference table is somewhere else",
        "qpdf",
        "syntax",
        "file is damaged",
        _bytes(_misdirect),
    ),
)
