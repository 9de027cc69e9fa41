"""What all attacks need: documents that pass, insiders who sign and anchor, another reader."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

import pikepdf
from asn1crypto import pem
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.verifier.documents import (
    SCHOOL,
    certify_pdf,
    entry_of,
    make_pdf,
    make_transcript,
    prepare_pdf,
    seal_pdf,
)
from tests.verifier.extending import extend
from tests.verifier.issued import ISSUER, Office
from tests.verifier.outcomes import OPEN, PASSED, outcome
from transcript_service.issuance.accounts import Account
from verifier.errors import SubReason
from verifier.registry import RegistryView
from verifier.report import Report, Verdict

Change = Callable[[IncrementalPdfFileWriter], None]
FORGED_PAGE = b"q 1 g 0 0 600 900 re f Q BT ET"
"""What hides everything that the page showed."""


@dataclass
class Ground:
    """An office whose documents are attacked."""

    office: Office
    views: dict[int, RegistryView] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    """Documents of which we know that they pass as they are, so that attacks prove something."""

    @property
    def original(self) -> bytes:
        """A document that passes."""
        return self.office.documents["a"].pdf

    def judge(self, pdf: bytes, name: str = "a") -> tuple[Verdict, str | None]:
        """Verify *pdf* beside the receipt of *name*; the document of that name itself passes."""
        if name not in self.passed:
            assert outcome(self.check(self.office.documents[name].pdf, name)) == (PASSED, None)
            self.passed.add(name)
        return outcome(self.check(pdf, name))

    def judge_of(self, name: str, pdf: bytes) -> tuple[Verdict, str | None]:
        """Verify an attack that was anchored itself; the honest document passes."""
        self.judge(self.original)
        return outcome(self.check(pdf, name))

    def judge_by(self, receipt: str, pdf: bytes | None = None) -> tuple[Verdict, str | None]:
        """Verify *pdf*, or the original, by the receipt of that name alone."""
        self.judge(self.original)
        return outcome(self.check(self.original if pdf is None else pdf, receipt))

    def judge_alone(self, pdf: bytes) -> tuple[Verdict, str | None]:
        """Verify *pdf* without evidence; the original is undecided then, for nothing else."""
        if "" not in self.passed:
            assert outcome(self.check(self.original, "nobody")) == (OPEN, SubReason.NO_RECEIPT)
            self.passed.add("")
        return outcome(self.check(pdf, "nobody"))

    def check(self, pdf: bytes, name: str) -> Report:
        """Verify by the registry as it is now."""
        batches = len(self.office.documents)
        if batches not in self.views:
            self.views[batches] = self.office.view()
        return self.office.check(name, pdf, registry=self.views[batches])

    def issue(
        self,
        name: str,
        number: int,
        *,
        prepare: Change | None = None,
        before_seal: Change | None = None,
        institution: str = SCHOOL,
        account: Account = ISSUER,
    ) -> bytes:
        """Sign, seal and anchor a document, as insiders may who change it on its way."""
        pdf = prepare_pdf(make_transcript(number, institution=institution))
        certified = certify_pdf(extend(pdf, prepare) if prepare else pdf, self.office.signers)
        if before_seal:
            certified = extend(certified, before_seal)
        return self.anchor(name, number, seal_pdf(certified, self.office.signers), account=account)

    def unanchored(self, number: int) -> bytes:
        """Sign and seal a document that nobody anchors."""
        return make_pdf(make_transcript(number), self.office.signers)

    def copy(self, name: str) -> Office:
        """Return an office of its own, for what the others must not see."""
        return self.office.copy(self.office.directory.with_name(name))

    def anchor(self, name: str, number: int, pdf: bytes, *, account: Account = ISSUER) -> bytes:
        """Anchor *pdf* and keep its receipt, whatever it is."""
        self.office.anchor([(name, pdf, entry_of(pdf, number))], account=account)
        return pdf

    def anchor_later(
        self, office: Office, name: str, number: int, pdf: bytes, after: timedelta
    ) -> None:
        """Anchor *pdf* so long after the first batch."""
        at_once = office.act

        def later(account: Account, calldata: bytes, *, seconds: int = 0) -> None:
            at_once(account, calldata, seconds=seconds + int(after.total_seconds()))

        office.act = later  # type: ignore[method-assign]
        try:
            office.anchor([(name, pdf, entry_of(pdf, number))])
        finally:
            office.act = at_once  # type: ignore[method-assign]


def replace_same_length(pdf: bytes, *pairs: tuple[bytes, bytes]) -> bytes:
    """Replace the last of each text by another of its length, so that no offset moves."""
    for old, new in pairs:
        at = pdf.rindex(old)
        assert len(new) <= len(old)
        pdf = pdf[:at] + new.ljust(len(old)) + pdf[at + len(old) :]
    return pdf


@dataclass(frozen=True)
class Anatomy:
    """Where things stand in a PDF with classic cross-references."""

    pdf: bytes

    @property
    def root(self) -> int:
        return int(re.findall(rb"/Root (\d+) 0 R", self.pdf)[-1])

    @property
    def size(self) -> int:
        return int(re.findall(rb"/Size (\d+)", self.pdf)[-1])

    @property
    def start(self) -> int:
        """Where the last cross-reference table stands."""
        return int(re.findall(rb"startxref\s+(\d+)", self.pdf)[-1])

    @property
    def content(self) -> int:
        """The number of the first page's content stream."""
        return int(re.findall(rb"/Contents (\d+) 0 R", self.pdf)[0])

    def offset(self, number: int) -> int:
        """Where the last object *number* stands."""
        return [one.start(1) for one in re.finditer(rb"(?m)^(%d 0 obj)\b" % number, self.pdf)][-1]

    def body(self, number: int) -> bytes:
        """The last body of object *number*."""
        at = self.offset(number) + len(b"%d 0 obj" % number)
        return self.pdf[at : self.pdf.index(b"endobj", at)].strip()


def stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)


def append(
    pdf: bytes,
    objects: Mapping[int, bytes],
    *,
    rows: Sequence[tuple[int, int]] = (),
    trailer: bytes = b"",
    previous: bool = True,
    root: int | None = None,
) -> bytes:
    """Append a revision byte by byte; *rows* are more of its rows: a number and an offset."""
    anatomy = Anatomy(pdf)
    out = bytearray(pdf if pdf.endswith(b"\n") else pdf + b"\n")
    places = list(rows)
    for number, body in objects.items():
        places.append((number, len(out)))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % row for row in sorted(places))
    linked = b"/Prev %d" % anatomy.start if previous else b""
    size = max([anatomy.size, *(number + 1 for number in objects)])
    out += b"xref\n%strailer\n<</Size %d/Root %d 0 R%s%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        size,
        root or anatomy.root,
        linked,
        trailer,
        start,
    )
    return bytes(out)


def with_validation_data(ground: Ground, pdf: bytes, more: Mapping[int, bytes]) -> bytes:
    """Append real validation data to *pdf*, and *more*; what passes, but for *more*."""
    return append(pdf, {**validation_data(ground, pdf), **more}, trailer=information(pdf))


def validation_data(ground: Ground, pdf: bytes) -> dict[int, bytes]:
    """Return the objects of a DSS with the authority's certificate and revocation list."""
    trust = ground.office.directory / "trust"
    anatomy = Anatomy(pdf)
    size = anatomy.size
    root = anatomy.body(anatomy.root).removesuffix(b">>")
    return {
        anatomy.root: root + b"/DSS %d 0 R>>" % (size + 2),
        size: stream(pem.unarmor((trust / "ca.pem").read_bytes())[2]),
        size + 1: stream((trust / "ca.crl").read_bytes()),
        size + 2: b"<</Certs[%d 0 R]/CRLs[%d 0 R]>>" % (size, size + 1),
    }


def information(pdf: bytes) -> bytes:
    """Return what a trailer says about Info."""
    return b"/Info %d 0 R" % int(re.findall(rb"/Info (\d+) 0 R", pdf)[-1])


def first_page(pdf: bytes) -> bytes:
    """Return what another program (qpdf's library) draws on the first page."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        page = opened.pages[0]
        page.contents_coalesce()
        return page.Contents.read_bytes()


def is_real(pdf: bytes, original: bytes) -> bool:
    """Tell whether another program opens *pdf* and shows something else than the original."""
    return first_page(pdf) != first_page(original)


def is_annotated(pdf: bytes) -> bool:
    """Tell whether another program finds more on the pages than the two fields."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return sum(len(page.get("/Annots", [])) for page in opened.pages) > 2
