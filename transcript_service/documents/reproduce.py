"""
Render the attached data again and compare (ADR 0002): what is seen is what the data say.

Handed to the verifier, which imports nothing of it. Without the renderer that the transcript
names the check cannot be made; that is never a verdict.
"""

from hashlib import sha256

from transcript_service.documents.render import render
from transcript_service.errors import RenderError
from verifier.messages import _


class NotReproduced(RenderError):
    """The data give other pages than those of the document."""


def reproduce(first_revision: bytes, transcript: bytes) -> None:
    """
    Check that *first_revision* is what the renderer makes of *transcript*.

    Args:
        first_revision: the PDF's bytes up to the end of its first revision, with or without the
            line feed that preparing the signature fields appends.
        transcript: the attachment `transcript.json`.

    Raises:
        NotReproduced: the bytes differ; names both digests and the first place that differs.
        OtherRenderer: this installation is not the renderer that the transcript names.
        RenderError: the transcript cannot be rendered at all.
    """
    rendered = render(transcript)
    found = first_revision.removesuffix(b"\n")
    if found == rendered:
        return
    message = _(
        "the first revision (SHA-256 {found}) is not what its data render to ({rendered}): "
        "they differ from byte {offset} on"
    )
    raise NotReproduced(
        message.format(
            found=sha256(found).hexdigest(),
            rendered=sha256(rendered).hexdigest(),
            offset=_first_difference(found, rendered),
        )
    )


def _first_difference(one: bytes, other: bytes) -> int:
    """Return the offset of the first byte that differs; the shorter length if none does."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((offset for offset, (a, b) in pairs if a != b), min(len(one), len(other)))
