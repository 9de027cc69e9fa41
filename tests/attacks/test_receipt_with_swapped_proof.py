"""A receipt whose proof is another one's, or leads another way."""

from dataclasses import replace
from hashlib import sha256

import pytest

from tests.attacks.ground import Ground
from tests.verifier.outcomes import FAILED, OPEN
from verifier.errors import SubReason


@pytest.mark.parametrize("way", ["of another document", "reversed", "with other bytes", "longer"])
def test_another_proof_is_refused(ground: Ground, way: str) -> None:
    """It must lead from the document's own entry to the root."""
    own, other = ground.office.receipt("a"), ground.office.receipt("b")
    proof = {
        "of another document": other.inclusion_proof,
        "reversed": own.inclusion_proof[::-1],
        "with other bytes": (bytes(32), *own.inclusion_proof[1:]),
        "longer": (*own.inclusion_proof, bytes(32)),
    }[way]
    ground.office.put_receipt("swapped-proof", replace(own, inclusion_proof=proof))

    assert proof != own.inclusion_proof
    assert ground.judge_by("swapped-proof") == (OPEN, SubReason.NO_RECEIPT)


def test_a_forged_document_under_an_honest_proof_fails(ground: Ground) -> None:
    """Its digest is put into the receipt: the proof no longer holds, and nothing else confirms."""
    forged = ground.original.replace(b"/MediaBox[0", b"/MediaBox[9")
    own = ground.office.receipt("a")
    digest = sha256(forged).digest()
    ground.office.put_receipt(
        "forged-digest", replace(own, document_digest=digest, document_size=len(forged))
    )

    assert ground.judge_by("forged-digest", forged) == (FAILED, SubReason.HASH_FAILURE)
