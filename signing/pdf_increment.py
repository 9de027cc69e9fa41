"""An increment over a PDF that pyHanko writes, without clock and randomness."""

from hashlib import sha256

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.errors import TimeStampUnavailable


class PureIncrement(IncrementalPdfFileWriter):
    """An increment that adds nothing of its own: no modification time, no random identifier."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        """Keep the first half of `/ID`; derive the second from what is extended."""
        first = prev.trailer["/ID"][0]
        if isinstance(first, generic.TextStringObject):
            first = generic.ByteStringObject(first.original_bytes)
        second = sha256(prev.stream.getbuffer()).digest()[:16]
        return generic.ArrayObject([first, generic.ByteStringObject(second)])

    def _update_meta(self) -> None:
        """Leave Info and XMP as the renderer wrote them: they describe the rendered document."""


def check_fits(value: bytes, reserved_digits: int) -> None:
    """
    Check that a signature's *value* fits into the hex digits that were kept for it.

    Raises:
        TimeStampUnavailable: a time stamp's token is larger than it was said to be.
    """
    if 2 * len(value) > reserved_digits:
        raise TimeStampUnavailable(
            "A signature with its time stamp takes {size} bytes, but {room} were kept for it."
            " Raise `largest_token` of the signing profile.",
            size=len(value),
            room=reserved_digits // 2,
        )
