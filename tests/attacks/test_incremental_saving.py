"""Incremental saving attack: a later revision draws another page, and signatures stay intact."""

from collections.abc import Callable

import pytest

from tests.attacks.ground import FORGED_PAGE, Anatomy, Ground, append, is_real, stream
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


def whole(pdf: bytes) -> bytes:
    """Write a revision as it should be."""
    return append(pdf, {Anatomy(pdf).content: stream(FORGED_PAGE)})


def without_trailer(pdf: bytes) -> bytes:
    """Only the object: readers that repair take the last one."""
    return pdf + b"%d 0 obj\n%s\nendobj\n" % (Anatomy(pdf).content, stream(FORGED_PAGE))


def with_copied_signature(pdf: bytes) -> bytes:
    """Let the new revision hold a copy of the seal, so that the last revision looks signed."""
    anatomy = Anatomy(pdf)
    at = pdf.rindex(b" 0 obj", 0, pdf.rindex(b"/ByteRange"))
    number = int(pdf[:at].rsplit(None, 1)[-1])
    return append(pdf, {anatomy.content: stream(FORGED_PAGE), number: anatomy.body(number)})


@pytest.mark.parametrize(
    ("attack", "alone"),
    [(whole, SubReason.APPENDED), (with_copied_signature, SubReason.FORMAT_FAILURE)],
)
def test_a_later_revision_is_appended(
    ground: Ground, attack: Callable[[bytes], bytes], alone: SubReason
) -> None:
    """With evidence by the anchored bytes, without it by what follows the seal."""
    pdf = attack(ground.original)

    assert is_real(pdf, ground.original)
    assert ground.judge(pdf) == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(pdf) == (FAILED, alone)


def test_an_object_behind_the_end_is_appended(ground: Ground) -> None:
    """Without a table that names it."""
    pdf = without_trailer(ground.original)

    assert ground.judge(pdf) == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.APPENDED)
