"""A twin of the chain: the same contract at the same address, with a history of the attacker's."""

import pytest

from tests.attacks.ground import Ground
from tests.verifier.documents import entry_of
from tests.verifier.issued import NOW, Office, make_office
from tests.verifier.outcomes import OPEN, PASSED, outcome
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.errors import SubReason
from verifier.registry import read_registry


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Anybody can make one: chain ID, clock and accounts' addresses are public."""
    return make_office(tmp_path_factory.mktemp("twin") / "office")


def test_a_receipt_of_the_twin_proves_nothing(ground: Ground, twin: Office) -> None:
    """Its own registry confirms the document; the policy's does not know the root."""
    pdf = twin.documents["a"].pdf
    assert outcome(twin.check("a")) == (PASSED, None)
    assert twin.deployment.address == ground.office.deployment.address

    ground.office.put_receipt("twin", twin.receipt("a"))

    assert ground.judge_by("twin", pdf) == (OPEN, SubReason.NO_CERTIFICATE_CHAIN_FOUND)


def test_a_receipt_of_the_twin_for_our_own_document_proves_nothing(
    ground: Ground, twin: Office
) -> None:
    """A genuine document that the school never anchored."""
    pdf = ground.unanchored(41)
    twin.anchor([("stolen", pdf, entry_of(pdf, 41))])
    ground.office.put_receipt("stolen", twin.receipt("stolen"))

    assert ground.judge_by("stolen", pdf) == (OPEN, SubReason.OTHER_HISTORY)


def test_the_twins_node_contradicts_an_honest_receipt(ground: Ground, twin: Office) -> None:
    """Its history fits together and to the policy's pins, but not to the receipt."""
    policy = ground.office.policy.with_rpc([f"embedded:{twin.chain_path}"])
    view = read_registry(policy, open_rpc, now=NOW, checkpoint=False)
    honest = ground.office.check("a")

    assert outcome(honest) == (PASSED, None)
    assert outcome(ground.office.check("a", registry=view)) == (OPEN, SubReason.OTHER_HISTORY)
