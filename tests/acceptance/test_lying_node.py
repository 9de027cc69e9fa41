"""A node between the stranger and the chain that leaves something out, or changes it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transcript_service.issuance.chain_server import serving
from transcript_service.issuance.embedded_chain import EmbeddedChain

INDETERMINATE = 4


class LyingNode(EmbeddedChain):
    """Answers for a real chain, but tells the list of events its own way."""

    lie: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]

    def call(self, method, params=()):
        answer = super().call(method, params)
        return type(self).lie(answer) if method == "eth_getLogs" else answer


def without(position):
    def lie(logs):
        return logs[:position] + logs[position + 1 :] if len(logs) > position else logs

    return lie


def with_changed_word(position, word):
    """Flip the last bit of one word of an event's data."""

    def lie(logs):
        if len(logs) <= position:
            return logs
        data = bytearray.fromhex(logs[position]["data"][2:])
        data[32 * word + 31] ^= 1
        changed = {**logs[position], "data": "0x" + data.hex()}
        return [*logs[:position], changed, *logs[position + 1 :]]

    return lie


LIES = {
    "drops the first event": without(0),
    "drops one in the middle": without(5),
    "drops a batch": without(8),
    "changes a grant": with_changed_word(4, 1),
    "changes an anchored root": with_changed_word(8, 0),
    "changes an event's time": with_changed_word(8, 4),
    "changes an event's head": with_changed_word(3, 5),
    "answers twice": lambda logs: [*logs, *logs[-1:]],
    "turns the order of two fields' events": lambda logs: [
        {**one, "data": other["data"]}
        for one, other in zip(logs, [*logs[1:], *logs[:1]], strict=True)
    ],
}


@pytest.fixture(params=LIES)
def lying_url(request, published):
    class Node(LyingNode):
        lie = staticmethod(LIES[request.param])

    with (
        Node(published / "chain/chain.sqlite3", chain_id=None, read_only=True) as chain,
        serving(chain) as url,
    ):
        yield url


def test_verification_says_that_the_history_does_not_fit(published, demo, hocba, lying_url):
    """INDETERMINATE / OTHER_HISTORY for every file, and never a verdict against a document."""
    (demo / "policy.state.json").unlink(missing_ok=True)
    answer = hocba(
        "verify", demo / "transcripts", "--policy", demo / "policy.toml", "--rpc", lying_url
    )

    assert answer.code == INDETERMINATE
    assert answer.reasons() == {("INDETERMINATE", "OTHER_HISTORY")}


def test_the_audit_says_that_the_history_does_not_fit(demo, hocba, lying_url):
    """Exit 4 with one finding that names it."""
    answer = hocba(
        "audit",
        "--policy",
        demo / "policy.toml",
        "--manifests",
        demo / "manifests",
        "--archive",
        demo / "archive",
        "--rpc",
        lying_url,
    )

    assert answer.code == INDETERMINATE
    assert "OTHER_HISTORY" in json.dumps(answer.reports)
