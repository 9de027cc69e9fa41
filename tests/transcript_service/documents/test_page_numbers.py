"""Pages numbered beforehand, and pages that Typst has to count (ADR 0021)."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from transcript_service.documents.render import (
    USUAL_PAGES,
    compiler_of,
    lookup_address,
    main_source,
    root_of,
)
from verifier.canonical import canonical_json

Document = dict[str, Any]
Rendered = Callable[[Document], bytes]


@pytest.mark.parametrize("kind", ["example", "thpt_example"])
def test_pages_numbered_beforehand_are_those_that_typst_numbers(
    kind: str, rendered: Rendered, look: SimpleNamespace, request: pytest.FixtureRequest
) -> None:
    """The short way makes no other document: every word stands where the long way puts it."""
    document = request.getfixturevalue(kind)
    root, main_file = root_of(document["rendering"]["template"])
    source = main_source(main_file, canonical_json(document).decode(), lookup_address(document))

    long_way = compiler_of(root).compile(
        input=source.encode(), format="pdf", pdf_standards=["a-3a", "ua-1"]
    )

    expected, found = look.boxes(long_way), look.boxes(rendered(document))
    assert len(found) == len(expected) == USUAL_PAGES[document["rendering"]["template"]]
    for (*_size, there), (*_size, here) in zip(expected, found, strict=True):
        assert [word for *_box, word in here] == [word for *_box, word in there]
        for (*box, _word), (*other, _word) in zip(here, there, strict=True):
            assert box == pytest.approx(other, abs=0.01)


def test_what_needs_more_pages_is_numbered_by_typst(
    worst_case: Document, rendered: Rendered, look: SimpleNamespace
) -> None:
    """No page says that it is one of three when there are more."""
    pages = look.boxes(rendered(worst_case))

    assert len(pages) > USUAL_PAGES[worst_case["rendering"]["template"]]
    for number, (*_size, words) in enumerate(pages, start=1):
        text = " ".join(word for *_box, word in words)
        assert f"Trang {number}/{len(pages)}" in text
