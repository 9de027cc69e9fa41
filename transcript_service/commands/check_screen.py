"""What `hocba check` shows on a terminal: figures, classes, and what stops whom."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from transcript_service.quality.checks import ClassCheck, Finding, SchoolCheck
from transcript_service.quality.coverage import Coverage, coverage_of
from transcript_service.quality.rule import Criterion, Severity, criterion_name, severity_name
from transcript_service.quality.words import Row, figures, moments_of, notes_of, rows_of, title_of
from verifier.messages import _
from verifier.plain_text import plain

_STYLES = {Severity.BLOCKS: "red", Severity.WARNS: "yellow"}


def show_check(console: Console, check: SchoolCheck) -> None:
    """Show the whole report, class after class."""
    console.print(_line(title_of(check), "bold"))
    console.print(_line(moments_of(check)))
    total = coverage_of(check.classes, check.findings)
    console.print(
        _line(
            _("{ready} pupils ready, {stopped} stopped, {issued} issued already").format(
                ready=total.ready, stopped=total.stopped, issued=total.issued
            )
        )
    )
    for found in check.findings:
        console.print(_of_school(found))
    console.print(_coverage_table(total))
    if len(check.classes) > 1:
        console.print(_classes_table(check))
    for one in check.classes:
        if rows := list(rows_of(one)):
            console.print(_findings_table(one, rows))
        for note in notes_of(one):
            console.print(_line(note), soft_wrap=True)
    if check.other_levels:
        note = _("not checked, because no transcripts of their level are issued: {classes}")
        console.print(_line(note.format(classes=", ".join(check.other_levels))))


def _line(text: str, style: str = "") -> Text:
    """Return text that is shown as it is: nothing in it is taken for a style or a control."""
    return Text(plain(text), style=style)


def _of_school(found: Finding) -> Text:
    line = _line(severity_name(found.severity), _STYLES[found.severity])
    return line.append(plain(f": {found.gap.message} → {found.gap.remedy}"), "default")


def _coverage_table(coverage: Coverage) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(_("Figure"))
    for title in (_("Pupils"), _("of"), _("Share")):
        table.add_column(title, justify="right")
    table.add_column(_("Aim"))
    for figure in figures(coverage):
        numbers = (str(figure.part), str(figure.whole), figure.share)
        table.add_row(figure.name, *numbers, figure.aim)
    return table


def _classes_table(check: SchoolCheck) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(_("Class"))
    titles = (_("Pupils"), _("Ready"), _("Stopped"), _("Issued"))
    for title in (*titles, *map(criterion_name, Criterion)):
        table.add_column(title, justify="right")
    for one in check.classes:
        coverage = coverage_of([one])
        counts = dict.fromkeys(Criterion, 0)
        for criterion, _severity, count in coverage.findings:
            counts[criterion] += count
        numbers = (coverage.pupils, coverage.ready, coverage.stopped, coverage.issued)
        table.add_row(_line(one.class_name), *map(str, (*numbers, *counts.values())))
    return table


def _findings_table(one: ClassCheck, rows: list[Row]) -> Table:
    title = _("Class {name}: {pupils} pupils, {stopped} stopped").format(
        name=one.class_name,
        pupils=len(one.pupils),
        stopped=coverage_of([one]).stopped,
    )
    table = Table(
        title=_line(title, "bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        expand=True,
    )
    table.add_column(_("Pupil"), ratio=5)
    table.add_column(_("Severity"), no_wrap=True)
    table.add_column(_("Where"), ratio=7, overflow="fold")
    table.add_column(_("What is wrong, and how to repair it"), ratio=12)
    before = None
    for row in rows:
        is_same = row.student_code == before
        before = row.student_code
        who = (row.student_code or "–", row.full_name)
        table.add_row(*_cells(row, () if is_same else who))
    return table


def _cells(row: Row, who: tuple[str, ...]) -> tuple[Text, ...]:
    gap = row.found.gap
    severity, criterion = row.found.severity, row.found.criterion
    return (
        _lines(*who),
        _line(severity_name(severity), _STYLES[severity]).append(
            f"\n{criterion_name(criterion)}", "dim"
        ),
        _lines(f"{gap.place} {gap.record_id or '–'}", row.field).append(f"\n{gap.code}", "dim"),
        _line(f"{row.message} {row.values}".rstrip()).append(f"\n→ {plain(gap.remedy)}", "dim"),
    )


def _lines(*lines: str) -> Text:
    return Text("\n".join(map(plain, lines)))
