"""A receipt that claims another tree: an inclusion proof alone does not prove the size."""

from dataclasses import replace

import pytest

from tests.attacks.ground import Ground
from tests.verifier.outcomes import OPEN
from verifier.errors import SubReason


@pytest.mark.parametrize(
    ("size", "reason"),
    [(4, SubReason.NOT_ANCHORED), (2, SubReason.NO_RECEIPT), (2**40, SubReason.NO_RECEIPT)],
)
def test_another_size_is_refused(ground: Ground, size: int, reason: SubReason) -> None:
    """By the proof's length, or because nothing of that size was anchored under the root."""
    receipt = ground.office.receipt("a")
    ground.office.put_receipt("other-size", replace(receipt, tree_size=size))

    assert receipt.tree_size == 3
    assert ground.judge_by("other-size") == (OPEN, reason)
