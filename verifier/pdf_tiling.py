"""
Whether a revision is whole: nothing but its objects, its cross-references and its end.

Behind the door `verifier.pdf_signature`. Bytes between objects belong to no revision; readers skip
them, and ADR 0001 does not allow them.
"""

from itertools import pairwise

from verifier.pdf_document import PDFDocument

_ENDS_OF_OBJECTS = (b"endobj",)
_ENDS_OF_TRAILERS = (b">>", b"endobj")


def is_whole_revision(document: PDFDocument, number: int, start: int) -> bool:
    """
    Tell whether the bytes from *start* to the end of a revision are that revision alone.

    Args:
        document: the file.
        number: the revision, counted from 0.
        start: where it has to begin, an end of line apart.
    """
    xrefs, pdf = document.reader.xrefs, document.pdf
    places = (
        xrefs.get_historical_ref(reference, number)
        for reference in xrefs.explicit_refs_in_revision(number)
    )
    marks = sorted({place for place in places if isinstance(place, int)})
    marks.append(xrefs.get_startxref_for_revision(number))
    end = pdf.rfind(b"startxref", start, document.revision_ends[number])
    return (
        marks == sorted(set(marks))
        and not pdf[start : marks[0]].strip(b"\r\n")
        and all(
            pdf[one:following].rstrip().endswith(_ENDS_OF_OBJECTS)
            for one, following in pairwise(marks)
        )
        and pdf[marks[-1] : end].rstrip().endswith(_ENDS_OF_TRAILERS)
    )
