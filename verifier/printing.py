"""Reports as text for people: a line for each file, why, and what to do; a summary at the end."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from verifier.advice import Outcome, headline, mark, outcome_of, what_to_do
from verifier.fields import to_hex
from verifier.messages import _
from verifier.plain_text import plain
from verifier.report import AnchorFinding, Report, Verdict
from verifier.signature_finding import Indication, Role, SignatureFinding

VIET_NAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Its clocks have stood at UTC+7 since 1975, so no time zone database is needed."""


def report_lines(report: Report) -> Iterator[str]:
    """Give the lines that a person reads about one file or digest; nothing in them but text."""
    yield from map(plain, _lines(report))


def _lines(report: Report) -> Iterator[str]:
    name = report.file or to_hex(report.document_digest or b"")
    yield f"{mark(report)} {name}: {headline(report)} [{_code(report)}]"
    if report.anchor is not None:
        yield "    " + _anchored(report.anchor)
    for signature in report.signatures:
        if signature.signer_name is not None:
            yield "    " + _signed(signature)
    for finding in report.checks:
        if finding.verdict not in (None, Verdict.TOTAL_PASSED):
            yield f"    ({int(finding.number)}) {finding.sub_reason}: {finding.message}"
    for note in report.notes:
        yield "    " + _("note: {text}").format(text=note)
    yield from ("    → " + advice for advice in _advices(report))


def _advices(report: Report) -> Iterator[str]:
    """Say what to do about the verdict, then about whatever else was found; nothing twice."""
    bad = (one.sub_reason for one in report.checks if one.verdict is not Verdict.TOTAL_PASSED)
    return (text for text in dict.fromkeys(map(what_to_do, (report.sub_reason, *bad))) if text)


def _code(report: Report) -> str:
    """Return the verdict by its name; a withdrawn document is not shown among what failed."""
    if outcome_of(report) in (Outcome.SUPERSEDED, Outcome.REVOKED):
        return str(report.sub_reason)
    return f"{report.verdict}/{report.sub_reason}" if report.sub_reason else str(report.verdict)


def _anchored(anchor: AnchorFinding) -> str:
    text = _("anchored by {institution} at {moment} (Viet Nam time)")
    code, name = anchor.institution, anchor.institution_name
    return text.format(
        institution=f"{name} ({code})" if name else code, moment=_local(anchor.anchored_at)
    )


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(VIET_NAM):%d/%m/%Y %H:%M:%S}"


def _signed(signature: SignatureFinding) -> str:
    """Say whose name stands in the certificate, and whether that could be confirmed."""
    confirmed = (
        signature.indication is Indication.TOTAL_PASSED or signature.proof_of_existence_helped
    )
    by = {
        (Role.PRINCIPAL, True): _("signed by the principal: {signer}"),
        (Role.PRINCIPAL, False): _("principal's signature, not confirmed: {signer}"),
        (Role.SEAL, True): _("sealed by the school: {signer}"),
        (Role.SEAL, False): _("school's seal, not confirmed: {signer}"),
    }
    return by[signature.role, confirmed].format(signer=signature.signer_name)


def summary_line(counts: Counter[Outcome], unreadable: int, as_of_block: int | None) -> str:
    """Sum up many files; what was replaced or withdrawn is not counted among what failed."""
    text = _("{total} files: {passed} passed, {failed} failed, {open} undecided.").format(
        total=sum(counts.values()) + unreadable,
        passed=counts[Outcome.PASSED],
        failed=counts[Outcome.FAILED],
        open=counts[Outcome.UNDECIDED],
    )
    for outcome, counted in (
        (Outcome.SUPERSEDED, _("{count} replaced by a newer version.")),
        (Outcome.REVOKED, _("{count} withdrawn by the school.")),
    ):
        if counts[outcome]:
            text += " " + counted.format(count=counts[outcome])
    if unreadable:
        text += " " + _("{count} could not be opened.").format(count=unreadable)
    if as_of_block is not None:
        text += " " + _("Registry as of block {block}.").format(block=as_of_block)
    return text
