"""
Render the attached data again and compare (ADR 0002): what is seen is what the data say.

Handed to the verifier, which imports nothing of it. Without the renderer that the transcript
names the check cannot be made; that is never a verdict.
"""

import json
from hashlib import sha256

from signing.fields import prepare
from transcript_service.documents import places
from transcript_service.documents.render import OtherRenderer, render
from transcript_service.errors import RenderError
from verifier.errors import InvalidEvidence, RendererMissing, SubReason
from verifier.messages import _


class NotReproduced(RenderError):
    """The data give other pages than those of the document."""


def reproduce(unsigned: bytes, transcript: bytes) -> None:
    """
    Check that *unsigned* is what the renderer makes of *transcript*.

    Args:
        unsigned: the PDF's bytes before the principal signed: the rendered revision, or that and
            the one with the empty signature fields.
        transcript: the attachment `transcript.json`.

    Raises:
        NotReproduced: the bytes differ; names both digests and the first place that differs.
        OtherRenderer: this installation is not the renderer that the transcript names.
        RenderError: the transcript cannot be rendered at all.
    """
    rendered = render(transcript)
    if unsigned.removesuffix(b"\n") == rendered:
        return
    year = json.loads(transcript)["school_year"]
    names = (places.principal_field(year), places.seal_field(year))
    for structure_last in (False, True):
        expected = prepare(
            rendered, names=names, tooltips=places.TOOLTIPS, structure_last=structure_last
        )
        if unsigned == expected:
            return
    message = _(
        "what was signed (SHA-256 {found}) is not what its data render to ({rendered}): "
        "they differ from byte {offset} on"
    )
    raise NotReproduced(
        message.format(
            found=sha256(unsigned).hexdigest(),
            rendered=sha256(expected).hexdigest(),
            offset=_first_difference(unsigned, expected),
        )
    )


def renderer(unsigned: bytes, transcript: bytes) -> None:
    """
    Say the same as `reproduce` in the verifier's words: what `verify(renderer=…)` takes.

    Raises:
        InvalidEvidence: NOT_REPRODUCED, also when the data cannot be rendered at all.
        RendererMissing: this installation is not the renderer that the transcript names.
    """
    try:
        reproduce(unsigned, transcript)
    except OtherRenderer as error:
        raise RendererMissing(str(error)) from error
    except RenderError as error:
        raise InvalidEvidence(SubReason.NOT_REPRODUCED, str(error)) from error


def _first_difference(one: bytes, other: bytes) -> int:
    """Return the offset of the first byte that differs; the shorter length if none does."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((offset for offset, (a, b) in pairs if a != b), min(len(one), len(other)))
