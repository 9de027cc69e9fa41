"""The registry of rules: complete, documented, and each provoked by a test."""

from pathlib import Path

import pytest

from transcript_service.quality.rule import Criterion, criterion_name, severity_name
from transcript_service.quality.rules import RULES
from transcript_service.transcript import GapCode
from verifier.messages import use_language

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "quality-gate.md"


@pytest.fixture(autouse=True)
def vietnamese():
    """The document is written for registrars."""
    use_language("vi")


def line_of(rule):
    """Return the rule's line in the document."""
    cells = (f"`{rule.code}`", f"**{severity_name(rule.severity)}**", rule.sentence, rule.remedy)
    return f"| {' | '.join((*cells, rule.reference))} |"


def test_every_code_has_a_rule():
    """And stands under one criterion only."""
    assert set(RULES) == set(GapCode)
    assert [code for code, rule in RULES.items() if rule.code is not code] == []


def test_the_document_has_each_rule_as_the_registry_has_it():
    """Criterion after criterion, in the registry's order; a changed sentence is a changed line."""
    text = DOCUMENT.read_text(encoding="utf-8")
    expected = [line_of(rule) for rule in RULES.values()]

    assert [
        line for line in text.splitlines() if line.startswith("| `") and "**" in line
    ] == expected
    places = [text.index(f"({criterion_name(criterion)})") for criterion in Criterion]
    assert places == sorted(places)


@pytest.mark.parametrize("code", GapCode)
def test_every_code_is_provoked_by_a_test(code):
    """A rule that nothing provokes may never have worked."""
    tests = (ROOT / "tests" / "transcript_service").rglob("test_*.py")
    provoking = [
        path
        for path in tests
        if path != Path(__file__) and f'"{code}"' in path.read_text(encoding="utf-8")
    ]

    assert provoking


def test_no_sentence_is_left_in_english():
    """Each has its Vietnamese words."""
    english = [rule.code for rule in RULES.values() if rule.sentence == rule.text]

    assert english == []
