"""Collecting findings: run a numbered check, keep what it found."""

from collections.abc import Callable
from typing import TypeVar

from verifier.errors import InvalidEvidence, MissingEvidence, SubReason
from verifier.messages import _
from verifier.registry import RegistryView
from verifier.report import Check, Finding, Verdict

Found = TypeVar("Found")


class Findings:
    """The findings of one verification under way, and notes for people."""

    def __init__(self) -> None:
        self.checks: list[Finding] = []
        self.notes: list[str] = []

    def make(self, number: Check, check: Callable[[], Found], passed: str) -> tuple[Found] | None:
        """
        Run *check* and keep its finding, with the message *passed* if it raises nothing.

        Returns:
            What it returned, as a one-tuple; None when it failed.
        """
        try:
            found = check()
        except (InvalidEvidence, MissingEvidence) as error:
            self.refuse(number, error)
            return None
        self.add(number, Verdict.TOTAL_PASSED, None, passed)
        return (found,)

    def refuse(self, number: Check, error: InvalidEvidence | MissingEvidence) -> None:
        """Keep that one check failed, or could not be made."""
        failed = isinstance(error, InvalidEvidence)
        verdict = Verdict.TOTAL_FAILED if failed else Verdict.INDETERMINATE
        self.add(number, verdict, error.sub_reason, str(error))

    def add(
        self, number: Check, verdict: Verdict | None, reason: SubReason | None, message: str
    ) -> None:
        """Keep what one check found; *verdict* None for a check that was not made."""
        self.checks.append(
            Finding(number=number, verdict=verdict, sub_reason=reason, message=message)
        )

    def add_registry(self, registry: RegistryView | MissingEvidence) -> None:
        """Check 3: the registry could be read, and its history hash agrees."""
        if isinstance(registry, RegistryView):
            message = _("history hash agrees with the contract's at block {block}")
            number = registry.block_number
            self.add(Check.REGISTRY, Verdict.TOTAL_PASSED, None, message.format(block=number))
        else:
            self.add(Check.REGISTRY, Verdict.INDETERMINATE, registry.sub_reason, str(registry))

    def has(self, sub_reason: SubReason) -> bool:
        """Tell whether a check ended with *sub_reason*."""
        return any(finding.sub_reason is sub_reason for finding in self.checks)
