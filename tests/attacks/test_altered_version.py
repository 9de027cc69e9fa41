"""An entry of another version: an old transcript that is to look like the newest one."""

from dataclasses import replace

from tests.attacks.ground import Ground
from tests.verifier.documents import entry_of
from tests.verifier.outcomes import OPEN
from verifier.errors import SubReason


def test_a_receipt_with_another_version_is_wrong(ground: Ground) -> None:
    """The version is part of the entry, which the proof is about."""
    ground.office.put_receipt("version-2", replace(ground.office.receipt("a"), version=2))

    assert ground.judge_by("version-2") == (OPEN, SubReason.WRONG_RECEIPT)


def test_an_anchored_entry_with_another_version_is_wrong(ground: Ground) -> None:
    """An insider anchors version 1 of a document as version 2: the document says otherwise."""
    pdf = ground.unanchored(48)
    ground.office.anchor([("as-version-2", pdf, entry_of(pdf, 48, version=2))])

    assert ground.judge_of("as-version-2", pdf) == (OPEN, SubReason.WRONG_RECEIPT)
