"""The verdicts by short names."""

from verifier.report import Report, Verdict

FAILED, OPEN, PASSED = Verdict.TOTAL_FAILED, Verdict.INDETERMINATE, Verdict.TOTAL_PASSED


def outcome(report: Report) -> tuple[Verdict, str | None]:
    """Return what the table of ADR 0001 says."""
    return report.verdict, report.sub_reason
