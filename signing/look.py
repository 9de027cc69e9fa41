"""What a signature looks like on its page: a frozen value."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """
    One PDF page of the field's size that is drawn in the field; made once for a batch.

    `pdf` is that page; `width` and `height` are in points; `signed_at` is the aware time it shows.
    """

    pdf: bytes
    width: float
    height: float
    signed_at: datetime
