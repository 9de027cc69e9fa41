"""A file as far as it can be read: as a whole, without what was put behind it, or its beginning."""

from dataclasses import dataclass

from verifier.errors import InvalidEvidence, LimitExceeded, SubReason
from verifier.messages import _
from verifier.pdf_document import PDFDocument
from verifier.pdf_signature import find_first_transcripts, open_document
from verifier.salvage import salvage_transcripts

_END_OF_FILE = b"%%EOF"
_END_OF_LINE = (b"\r\n", b"\n", b"\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """What could be read of a file."""

    document: PDFDocument | None
    """The whole file, strictly; None when it cannot be read."""
    problem: InvalidEvidence | LimitExceeded | None
    """Why not."""
    without_tail: PDFDocument | None
    """Where the whole cannot be read: the file without what follows its last `%%EOF`."""
    transcripts: tuple[bytes, ...]
    """Attachments `transcript.json` of the first revision."""
    natural_ends: tuple[int, ...]
    """Offsets at which revisions end, and the file."""

    def get_document(self) -> PDFDocument:
        """
        Return the whole file.

        Raises:
            InvalidEvidence: FORMAT_FAILURE, it cannot be read.
            LimitExceeded: it was not read to its end.
        """
        if self.problem is not None or self.document is None:
            raise self.problem or InvalidEvidence(SubReason.FORMAT_FAILURE, "")
        return self.document

    def get_whole(self, end: int | None) -> PDFDocument:
        """
        Return the whole file, to look at what follows offset *end*.

        Raises:
            InvalidEvidence: APPENDED, what follows is no part of a PDF (or *end* is None).
            LimitExceeded: it was not read to its end.
        """
        if isinstance(self.problem, LimitExceeded):
            raise self.problem
        if self.document is None or end is None:
            raise InvalidEvidence(SubReason.APPENDED, _("bytes follow that are no part of a PDF"))
        return self.document

    def get_transcripts(self) -> tuple[bytes, ...]:
        """
        Return the attachments `transcript.json` of the first revision, as far as they were found.

        Raises:
            LimitExceeded: none was found where the file was not read to its end.
        """
        if isinstance(self.problem, LimitExceeded) and not self.transcripts:
            raise self.problem
        return self.transcripts


def open_file(pdf: bytes) -> OpenedFile:
    """Read as much of *pdf* as can be read."""
    try:
        document = open_document(pdf)
    except (InvalidEvidence, LimitExceeded) as error:
        return _open_damaged(pdf, error)
    return OpenedFile(
        document=document,
        problem=None,
        without_tail=None,
        transcripts=document.transcripts,
        natural_ends=(*_ends(document), len(pdf)),
    )


def _open_damaged(pdf: bytes, problem: InvalidEvidence | LimitExceeded) -> OpenedFile:
    rest = _without_tail(pdf)
    return OpenedFile(
        document=None,
        problem=problem,
        without_tail=rest,
        transcripts=rest.transcripts if rest is not None else _damaged_transcripts(pdf),
        natural_ends=(*(_ends(rest) if rest is not None else ()), len(pdf)),
    )


def _damaged_transcripts(pdf: bytes) -> tuple[bytes, ...]:
    return find_first_transcripts(pdf) or salvage_transcripts(pdf)


def _ends(document: PDFDocument) -> tuple[int, ...]:
    """Return where revisions end, with and without their last end of line."""
    ends = document.revision_ends
    tails = (document.pdf[end - len(b"\r\n") : end] for end in ends)
    lengths = (len(tail) - len(tail.rstrip(b"\r\n")) for tail in tails)
    return (*ends, *(end - length for end, length in zip(ends, lengths, strict=True)))


def _without_tail(pdf: bytes) -> PDFDocument | None:
    """Return the file up to its last end-of-file marker, if more follows and the rest is a PDF."""
    marker = pdf.rfind(_END_OF_FILE)
    if marker < 0:
        return None
    end = marker + len(_END_OF_FILE)
    end += next((len(line) for line in _END_OF_LINE if pdf.startswith(line, end)), 0)
    if end == len(pdf):
        return None
    try:
        return open_document(pdf[:end])
    except (InvalidEvidence, LimitExceeded):
        return None
