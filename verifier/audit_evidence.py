"""
By what a third person can check a finding again: where it stands on chain, and what to run.

Nothing here decides anything. `RPC`, `POLICY` and `DIR` in a command stand for a node's address,
a policy and a folder of manifests, which whoever checks has to choose.
"""

import json
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from verifier.audit_findings import AuditFinding
from verifier.fields import to_hex
from verifier.registry_state import RegistryState


def with_evidence(
    findings: Iterable[AuditFinding], state: RegistryState
) -> tuple[AuditFinding, ...]:
    """Add to each finding the transaction of its event, as far as it is known, and commands."""
    return tuple(_described(finding, state) for finding in findings)


def _described(finding: AuditFinding, state: RegistryState) -> AuditFinding:
    subject = dict(finding.subject)
    sequence = subject.get("event")
    if isinstance(sequence, int) and 1 <= sequence <= len(state.history):
        event = state.history[sequence - 1]
        subject["event_time"] = moment(event.time)
        if event.transaction_hash:
            subject["block_number"] = event.block_number
            subject["transaction_hash"] = to_hex(event.transaction_hash)
    return replace(finding, subject=subject, recheck=tuple(_commands(subject)))


def _commands(subject: dict[str, str | int]) -> Iterator[str]:
    if "transaction_hash" in subject:
        question = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "eth_getTransactionReceipt",
            "params": [subject["transaction_hash"]],
        }
        body = shlex.quote(json.dumps(question, separators=(",", ":")))
        yield f"curl -s -H 'Content-Type: application/json' -d {body} RPC"
    if "file" in subject:
        yield f"sha256sum -- {shlex.quote(str(subject['file']))}"
    if "leaf_index" in subject and "root" in subject:
        yield f"jq '.entries[{subject['leaf_index']}]' DIR/{subject['root']}.manifest.json"
    elif "manifest_digest" in subject:
        yield f"sha256sum DIR/{subject['root']}.manifest.json"
    if "document_digest" in subject:
        digest = subject["document_digest"]
        yield f"hocba-verify --digest {digest} --policy POLICY --manifests DIR"


def moment(seconds: int) -> str:
    """Write Unix seconds as ISO 8601, UTC; the number itself where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return str(seconds)
