"""Reports as text for people: a line for each file, why, and what to do; a summary at the end."""

from collections import Counter
from collections.abc import Iterator

from verifier.advice import advice, headline, mark
from verifier.fields import to_hex
from verifier.messages import _
from verifier.report import Report, Verdict


def report_lines(report: Report) -> Iterator[str]:
    """Give the lines that a person reads about one file or digest."""
    name = report.file or to_hex(report.document_digest or b"")
    verdict = f"{report.verdict}/{report.sub_reason}" if report.sub_reason else str(report.verdict)
    yield f"{mark(report)} {name}: {headline(report)} [{verdict}]"
    if report.anchor is not None:
        text = _("anchored by {institution} at {moment}")
        moment = report.anchor.anchored_at.isoformat().replace("+00:00", "Z")
        yield "    " + text.format(institution=report.anchor.institution, moment=moment)
    for finding in report.checks:
        if finding.verdict not in (None, Verdict.TOTAL_PASSED):
            yield f"    ({int(finding.number)}) {finding.sub_reason}: {finding.message}"
    for note in report.notes:
        yield "    " + _("note: {text}").format(text=note)
    if report.sub_reason is not None:
        yield "    → " + advice(report.sub_reason)


def summary_line(counts: Counter[Verdict], unreadable: int, as_of_block: int | None) -> str:
    """Sum up many files."""
    text = _("{total} files: {passed} passed, {failed} failed, {open} undecided.").format(
        total=sum(counts.values()) + unreadable,
        passed=counts[Verdict.TOTAL_PASSED],
        failed=counts[Verdict.TOTAL_FAILED],
        open=counts[Verdict.INDETERMINATE],
    )
    if unreadable:
        text += " " + _("{count} could not be opened.").format(count=unreadable)
    if as_of_block is not None:
        text += " " + _("Registry as of block {block}.").format(block=as_of_block)
    return text
