"""Disabling checks from outside: the product has no switch for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from types import SimpleNamespace
from typing import Any

import pytest

from verifier import judging_grounds, signature_judgement, transcript, trust_store
from verifier.errors import SubReason
from verifier.findings import Findings
from verifier.judging_grounds import JudgingGrounds
from verifier.registry_state import RegistryState
from verifier.report import Check, Verdict

Patch = pytest.MonkeyPatch
Disable = Callable[[Patch], None]


def without(number: Check) -> Disable:
    """Take whatever check *number* finds for a pass."""
    honest = Findings.add

    def add(
        self: Findings,
        found: Check,
        verdict: Verdict | None,
        reason: SubReason | None,
        message: str,
    ) -> None:
        passed = (Verdict.TOTAL_PASSED, None) if found is number else (verdict, reason)
        honest(self, found, *passed, message)

    return lambda patch: patch.setattr(Findings, "add", add)


def put(module: Any, name: str, function: Any) -> Disable:
    """Put *function* into the place of another."""
    return lambda patch: patch.setattr(module, name, function)


def nothing(*_arguments: Any, **_options: Any) -> None:
    """Ask for nothing."""


def batch_of_anybody(state: RegistryState, _institution: str, root: bytes) -> Any:
    return next((one for (_, other), one in state.batches.items() if other == root), None)


def never_fails(reason: SubReason) -> Disable:
    """Let a signature whose integrity is broken pass, if broken in this way."""
    honest = signature_judgement._failed

    def failed(finding: Any, sub_reason: SubReason, problem: str) -> Any:
        return finding if sub_reason is reason else honest(finding, sub_reason, problem)

    return put(signature_judgement, "_failed", failed)


def without_revocation_lists(patch: Patch) -> None:
    """Judge paths as if nobody had ever been revoked."""
    honest = judging_grounds.validation_context

    def context(trust: Any, data: Any, moment: Any, *, past: Any) -> Any:
        trust = replace(trust, revocation_lists=(), require_revocation_data=False)
        return honest(trust, data, moment, past=past)

    patch.setattr(judging_grounds, "validation_context", context)


def without_asking_for_lists(patch: Patch) -> None:
    """Pass over missing revocation data, whatever the policy says."""
    honest = trust_store._revocation_policy

    def policy(trust: Any, *, is_past: bool) -> Any:
        return honest(replace(trust, require_revocation_data=False), is_past=is_past)

    patch.setattr(trust_store, "_revocation_policy", policy)


def at_the_claimed_time(patch: Patch) -> None:
    """Judge certificates at the time that the signer claims."""
    honest = JudgingGrounds.signature_status

    def status(self: Any, embedded: Any, _moment: Any, **options: Any) -> Any:
        return honest(self, embedded, embedded.self_reported_timestamp.astimezone(UTC), **options)

    patch.setattr(JudgingGrounds, "signature_status", status)


def any_stamp(status_at: Any, known_at: Any, _validation_time: Any) -> Any:
    """Believe every time stamp."""
    found = status_at(known_at, past=False, tolerant=True)
    return None if found is None else found.timestamp.astimezone(UTC)


def only_the_anchors_time(_finding: Any, anchor: Any) -> list[int]:
    return [anchor.batch.time]


def any_code(patch: Patch) -> None:
    """Take a transcript code by its level alone."""
    patch.setattr(
        transcript, "parse_transcript_code", lambda code: SimpleNamespace(level=code.split("-")[1])
    )
