"""The rule that makes a verdict of findings, and the report's JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import SubReason
from verifier.report import (
    AuthorityFinding,
    Check,
    Finding,
    Report,
    Verdict,
    conclude,
    report_to_json,
    table_row,
    worst_exit_code,
)

findings = st.builds(
    Finding,
    number=st.sampled_from(Check),
    verdict=st.sampled_from([*Verdict, None]),
    sub_reason=st.sampled_from(SubReason),
    message=st.just(""),
)
ROWS = (
    (Check.TRANSCRIPT, SubReason.FORMAT_FAILURE),
    (Check.ANCHORED, SubReason.ALTERED),
    (Check.NOTHING_ADDED, SubReason.APPENDED),
    (Check.PRINCIPAL_SIGNATURE, SubReason.HASH_FAILURE),
    (Check.SIGNERS_DECLARED, SubReason.SIGNER_NOT_DECLARED),
    (Check.RENDERING, SubReason.NOT_REPRODUCED),
    (Check.STATUS, SubReason.REVOKED),
    (Check.SEAL_SIGNATURE, SubReason.NO_CERTIFICATE_CHAIN_FOUND),
    (Check.REGISTRY, SubReason.REGISTRY_UNAVAILABLE),
    (Check.ANCHORED, SubReason.WRONG_RECEIPT),
    (Check.ANCHORED, SubReason.NO_RECEIPT),
)


def bad(number: Check, reason: SubReason, verdict: Verdict) -> Finding:
    return Finding(number=number, verdict=verdict, sub_reason=reason, message="")


def test_the_rows_of_the_table_are_in_order() -> None:
    """As ADR 0001 has them, with ADR 0027's: seven that fail, four that are undecided."""
    verdicts = [Verdict.TOTAL_FAILED] * 7 + [Verdict.INDETERMINATE] * 4
    made = [bad(*row, verdict) for row, verdict in zip(ROWS, verdicts, strict=True)]

    assert [table_row(finding) for finding in made] == list(range(1, 12))


@given(st.lists(findings), st.randoms())
def test_the_order_of_findings_does_not_matter(made: list[Finding], shuffle: Any) -> None:
    """The table decides, not who came first."""
    shuffled = list(made)
    shuffle.shuffle(shuffled)

    assert conclude(shuffled)[0] is conclude(made)[0]


@given(st.lists(findings))
def test_failed_stands_before_undecided_before_passed(made: list[Finding]) -> None:
    """One finding that contradicts the document is enough; checks not made are no findings."""
    verdicts = {finding.verdict for finding in made}
    verdict, sub_reason = conclude(made)

    if Verdict.TOTAL_FAILED in verdicts:
        assert verdict is Verdict.TOTAL_FAILED
    elif Verdict.INDETERMINATE in verdicts:
        assert verdict is Verdict.INDETERMINATE
    else:
        assert (verdict, sub_reason) == (Verdict.TOTAL_PASSED, None)


@given(st.lists(st.sampled_from(Verdict), min_size=1))
def test_the_exit_code_of_many_is_that_of_the_worst(verdicts: list[Verdict]) -> None:
    """3 before 4 before 0."""
    expected = 3 if Verdict.TOTAL_FAILED in verdicts else 4
    if set(verdicts) == {Verdict.TOTAL_PASSED}:
        expected = 0

    assert worst_exit_code(verdicts) == expected


def make_report() -> Report:
    return Report(
        file="a.pdf",
        document_digest=bytes(32),
        transcript_code=None,
        verdict=Verdict.INDETERMINATE,
        sub_reason=SubReason.NO_RECEIPT,
        signatures=(),
        anchor=None,
        status=None,
        authority=AuthorityFinding(),
        checks=(bad(Check.ANCHORED, SubReason.NO_RECEIPT, Verdict.INDETERMINATE),),
        notes=("đã bỏ qua",),
        as_of_block=None,
    )


def test_a_report_is_neither_true_nor_false() -> None:
    """Nobody may read "there is a report" as "it is valid"."""
    with pytest.raises(TypeError, match="no truth value"):
        bool(make_report())


def test_the_json_has_the_promised_fields_on_one_line() -> None:
    """docs/formats.md."""
    text = report_to_json(make_report())

    assert "\n" not in text
    assert list(json.loads(text)) == [
        "format",
        "file",
        "document_digest",
        "transcript_code",
        "verdict",
        "sub_reason",
        "signatures",
        "anchor",
        "status",
        "authority",
        "checks",
        "notes",
        "as_of_block",
    ]
