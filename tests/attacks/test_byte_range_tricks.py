"""ByteRange tricks: what the gap leaves out is signed by nobody."""

import re
from collections.abc import Callable

import pytest

from tests.attacks.ground import Ground, first_page, replace_same_length
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


def last_range(pdf: bytes) -> tuple[bytes, list[int]]:
    found = list(re.finditer(rb"/ByteRange\s*\[([^\]]*)\]", pdf))[-1]
    return found[0], [int(number) for number in found[1].split()]


def hide_in_the_gap(pdf: bytes) -> bytes:
    """End the value early and write keys into the rest of the gap: no signed byte changes."""
    _text, (_zero, _first, begin, _rest) = last_range(pdf)
    hidden = b">/Shadow<00"
    gap = pdf[: begin - 1]
    assert gap.endswith(b"0" * 200)
    return gap[: -len(hidden) - 20] + hidden + b"0" * 20 + pdf[begin - 1 :]


def widen_the_gap(pdf: bytes) -> bytes:
    text, (zero, first, begin, rest) = last_range(pdf)
    return replace_same_length(
        pdf, (text, b"/ByteRange[%d %d %d %d]" % (zero, first - 40, begin, rest))
    )


def leave_out_the_beginning(pdf: bytes) -> bytes:
    text, (_zero, first, begin, rest) = last_range(pdf)
    return replace_same_length(pdf, (text, b"/ByteRange[9 %d %d %d]" % (first - 9, begin, rest)))


def leave_out_the_end(pdf: bytes) -> bytes:
    text, (zero, first, begin, rest) = last_range(pdf)
    return replace_same_length(
        pdf, (text, b"/ByteRange[%d %d %d %d]" % (zero, first, begin, rest - 9))
    )


def overlap(pdf: bytes) -> bytes:
    text, (zero, first, begin, rest) = last_range(pdf)
    return replace_same_length(pdf, (text, b"/ByteRange[%d %d %d %d]" % (zero, begin, first, rest)))


def go_beyond_the_end(pdf: bytes) -> bytes:
    text, (zero, first, begin, _rest) = last_range(pdf)
    return replace_same_length(
        pdf, (text, b"/ByteRange[%d %d %d 9999]" % (zero, first, begin + 10**5))
    )


def split_in_three(pdf: bytes) -> bytes:
    text, (zero, first, begin, rest) = last_range(pdf)
    return (
        replace_same_length(pdf, (text, b"/ByteRange[%d 9 9 1 %d %d]" % (zero, begin, rest)))
        if first
        else pdf
    )


TRICKS = [
    hide_in_the_gap,
    widen_the_gap,
    leave_out_the_beginning,
    leave_out_the_end,
    overlap,
    go_beyond_the_end,
    split_in_three,
]


@pytest.mark.parametrize("trick", TRICKS)
def test_a_range_over_something_else_fails(ground: Ground, trick: Callable[[bytes], bytes]) -> None:
    """It begins at 0, ends with its revision, and leaves out its own value only."""
    pdf = trick(ground.original)

    assert len(pdf) == len(ground.original)
    assert first_page(pdf) == first_page(ground.original)
    assert ground.judge(pdf) == (FAILED, SubReason.ALTERED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.FORMAT_FAILURE)
