"""All rules of the quality gate, by their codes; docs/quality-gate.md says the same to people."""

from collections.abc import Mapping
from types import MappingProxyType

from transcript_service.quality.rule import Rule
from transcript_service.quality.rules_clean import CLEAN_RULES
from transcript_service.quality.rules_complete import COMPLETE_RULES
from transcript_service.quality.rules_live import LIVE_RULES
from transcript_service.quality.rules_right import RIGHT_RULES
from transcript_service.transcript import GapCode

RULES: Mapping[GapCode, Rule] = MappingProxyType(
    {
        rule.code: rule
        for rules in (RIGHT_RULES, COMPLETE_RULES, CLEAN_RULES, LIVE_RULES)
        for rule in rules
    }
)
"""In the order of the documents."""
