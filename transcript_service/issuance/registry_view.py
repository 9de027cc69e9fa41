"""The registry as a stranger folds it, for the checks that the issuing side makes on itself."""

from transcript_service.issuance.desk import Desk
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.policy import load_policy
from verifier.registry import RegistryView, read_registry


def view_of(desk: Desk) -> RegistryView:
    """
    Fold the registry by the school's policy, without a checkpoint.

    Raises:
        MissingEvidence: the node does not answer, or what it says does not fit together.
    """
    return read_registry(load_policy(desk.policy), open_rpc, now=desk.now(), checkpoint=False)
