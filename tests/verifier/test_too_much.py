"""What asks for more than any transcript needs is not looked at further: that proves nothing."""

from collections.abc import Callable

import pytest

from tests.verifier.issued import Office
from tests.verifier.outcomes import FAILED, OPEN, outcome
from tests.verifier.test_endless_files import (
    PAGES,
    append_revisions,
    inflated_attachment,
    name_tree_chain,
    write_pdf,
)
from verifier.errors import LimitExceeded, SubReason
from verifier.pdf_signature import open_document


def many_revisions() -> bytes:
    return append_revisions(
        write_pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: PAGES, 3: b"0"}), 600
    )


TOO_MUCH = [name_tree_chain, inflated_attachment, many_revisions]


@pytest.mark.parametrize("make", TOO_MUCH)
def test_too_much_is_undecided(issued: Office, make: Callable[[], bytes]) -> None:
    """A name of its own, and no word of forgery."""
    with pytest.raises(LimitExceeded):
        open_document(make())

    assert outcome(issued.check("nobody", make())) == (OPEN, SubReason.LIMIT_EXCEEDED)


def test_too_many_revisions_behind_a_document_are_undecided(issued: Office) -> None:
    """They were not looked at; what was anchored is as it was."""
    pdf = append_revisions(issued.documents["a"].pdf, 600)

    assert outcome(issued.check("a", pdf)) == (OPEN, SubReason.LIMIT_EXCEEDED)


def test_too_much_does_not_hide_that_a_document_was_altered(issued: Office) -> None:
    """What its beginning says is enough for that."""
    pdf = append_revisions(issued.documents["a"].pdf.replace(b"/MediaBox[0", b"/MediaBox[9"), 600)

    assert outcome(issued.check("a", pdf)) == (FAILED, SubReason.ALTERED)
