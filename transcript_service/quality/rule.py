"""
What a rule of the quality gate is: criterion, severity, sentence, remedy, reference.

The texts are kept in English, as the keys of the catalogue, and translated when they are read.
"""

from dataclasses import dataclass
from enum import StrEnum

from transcript_service.transcript import GapCode
from verifier.messages import _


class Criterion(StrEnum):
    """The four dimensions by which the sector's plans measure data."""

    RIGHT = "RIGHT"
    COMPLETE = "COMPLETE"
    CLEAN = "CLEAN"
    LIVE = "LIVE"


class Severity(StrEnum):
    """What a finding does."""

    BLOCKS = "BLOCKS"
    """Nothing is issued to the pupil until it is repaired."""
    WARNS = "WARNS"
    """A person should look at it; issuing goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; `code` names it in every report."""

    code: GapCode
    criterion: Criterion
    severity: Severity
    """As it stands without settings."""
    text: str
    """What is asked, as a key of the catalogue."""
    repair: str
    """How to repair what does not hold, likewise."""
    reference: str
    """The clause or the decision that it follows."""

    @property
    def sentence(self) -> str:
        """Return what is asked, in the language in use."""
        return _(self.text)

    @property
    def remedy(self) -> str:
        """Return how to repair it, in the language in use."""
        return _(self.repair)


def criterion_name(criterion: Criterion) -> str:
    """Return what people call a criterion."""
    return {
        Criterion.RIGHT: _("right"),
        Criterion.COMPLETE: _("complete"),
        Criterion.CLEAN: _("clean"),
        Criterion.LIVE: _("live"),
    }[criterion]


def severity_name(severity: Severity) -> str:
    """Return what people call a severity."""
    return {Severity.BLOCKS: _("blocks"), Severity.WARNS: _("warns")}[severity]
