"""Rendering the attached data again."""

from collections.abc import Callable
from typing import Any

import pytest

from transcript_service.documents.render import OtherRenderer
from transcript_service.documents.reproduce import NotReproduced, reproduce
from verifier.canonical import canonical_json

Document = dict[str, Any]
Rendered = Callable[[Document], bytes]


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_what_the_renderer_made_is_reproduced(
    example: Document, rendered: Rendered, end: bytes
) -> None:
    """Preparing the signature fields ends Typst's part with a line feed."""
    reproduce(rendered(example) + end, canonical_json(example))


def test_a_printed_mark_that_is_not_in_the_data_is_found(
    example: Document, rendered: Rendered
) -> None:
    """Pages made from other marks than the attached ones are another first revision."""
    shown = rendered(example)
    example["results"]["subjects"][0]["full_year"] = "9.9"

    with pytest.raises(NotReproduced, match=r"differ from byte \d+ on"):
        reproduce(shown, canonical_json(example))


@pytest.mark.parametrize(("more", "same"), [(b"\n\n", 1), (b"%", 0), (b"\n%", 1)])
def test_a_first_revision_lengthened_is_not_reproduced(
    example: Document, rendered: Rendered, more: bytes, same: int
) -> None:
    """After what Typst wrote and a line feed only the empty signature fields may follow."""
    pdf = rendered(example)

    with pytest.raises(NotReproduced, match=rf"from byte {len(pdf) + same} on"):
        reproduce(pdf + more, canonical_json(example))


def test_a_first_revision_cut_is_not_reproduced(example: Document, rendered: Rendered) -> None:
    """The place that is named is where it ends."""
    cut = rendered(example)[:-1]

    with pytest.raises(NotReproduced, match=rf"from byte {len(cut)} on"):
        reproduce(cut, canonical_json(example))


def test_without_the_renderer_at_hand_the_check_is_not_made(
    example: Document, rendered: Rendered
) -> None:
    """Another error than a difference: it is no verdict."""
    pdf = rendered(example)
    example["rendering"]["typst_version"] = "0.1.0"

    with pytest.raises(OtherRenderer, match="typst_version"):
        reproduce(pdf, canonical_json(example))
