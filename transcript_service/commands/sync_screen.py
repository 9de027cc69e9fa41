"""What `hocba sync` shows: counts by table, what must be repaired upstream, earlier runs."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console

from transcript_service.commands.screen import group_names
from transcript_service.shared_database.findings import FindingGroup, FindingKind
from transcript_service.shared_database.mirror import SyncRun
from transcript_service.shared_database.sync_report import SyncReport, TableReport
from verifier.messages import _
from verifier.plain_text import plain
from verifier.printing import VIET_NAM


def show_sync(console: Console, report: SyncReport) -> None:
    """Show how many records came of each table, and what must be repaired, each with its place."""
    _say(
        console,
        _("{received} records received, {applied} new or newer, {refused} refused").format(
            received=report.received, applied=report.applied, refused=report.open_refusals
        ),
    )
    for table in report.tables:
        if table.received:
            _say(console, _table_line(table))
    if report.retries:
        _say(
            console,
            _("asked again {count} times: the connection or the server was in trouble").format(
                count=report.retries
            ),
        )
    _show_refusals(console, report)
    _show_findings(console, report.findings)


def show_log(console: Console, runs: Sequence[SyncRun]) -> None:
    """Show earlier runs, the newest first."""
    if not runs:
        _say(console, _("nothing has been synchronised yet"))
    for run in runs:
        started = datetime.fromisoformat(run.started_at).astimezone(VIET_NAM)
        _say(
            console,
            _(
                "{started}, school year {school_year}, {outcome}: {received} records received,"
                " {applied} new or newer, {refused} refused"
            ).format(
                started=started.strftime("%d/%m/%Y %H:%M"),
                school_year=run.school_year,
                outcome=_outcome(run.outcome),
                received=run.received,
                applied=run.applied,
                refused=run.refused,
            ),
        )


def _table_line(table: TableReport) -> str:
    line = _(
        "  {table}: {received} received, {inserted} new, {updated} newer, {cancelled} cancelled,"
        " {refused} refused; greatest version {version}"
    ).format(
        table=group_names().get(table.table, table.table),
        received=table.received,
        inserted=table.inserted,
        updated=table.updated,
        cancelled=table.cancelled,
        refused=table.refused,
        version=table.greatest_version,
    )
    return line + (_("; went on where a run was cut off") if table.resumed else "")


def _show_refusals(console: Console, report: SyncReport) -> None:
    names = group_names()
    for refusal in report.refusals:
        _say(
            console,
            _("  refused: {table} {record_id} ({field}): {problem}").format(
                table=names.get(refusal.table, refusal.table),
                record_id=refusal.record_id or "-",
                field=refusal.field or "-",
                problem=refusal.problem,
            ),
        )
    more = report.open_refusals - len(report.refusals)
    if more:
        _say(console, _("  and {count} more, listed in the database").format(count=more))


def _show_findings(console: Console, found: Sequence[FindingGroup]) -> None:
    names = group_names()
    for one in found:
        _say(
            console,
            _("  {table} {class_code}, {count} records, {record_id} ({field}): {problem}").format(
                table=names.get(one.table, one.table),
                class_code=one.class_code or "-",
                count=one.count,
                record_id=one.record_id,
                field=one.field,
                problem=one.problem,
            ),
        )
    if any(one.kind is FindingKind.NOT_SEEN for one in found):
        _say(
            console,
            _(
                "  → ask who keeps the shared database to restore these records or to cancel them,"
                " then run `hocba sync --full`"
            ),
        )


def _outcome(outcome: str) -> str:
    return {
        "COMPLETED": _("completed"),
        "FAILED": _("failed; the next run goes on there"),
        "RUNNING": _("under way, or cut off; the next run goes on there"),
    }[outcome]


def _say(console: Console, text: str) -> None:
    console.print(plain(text), markup=False, highlight=False, soft_wrap=True)
