"""
The gate's report as a workbook (XLSX): overview, findings, pupils, rules.

The only module that imports XlsxWriter. Names and texts come from records that anybody may have
typed: every one is written as a string, never as a formula, a link or a number.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter

from transcript_service.quality.checks import Finding, SchoolCheck
from transcript_service.quality.coverage import coverage_of
from transcript_service.quality.rule import Severity, criterion_name, severity_name
from transcript_service.quality.rules import RULES
from transcript_service.quality.words import Row, figures, moments_of, rows_of, state_name, title_of
from verifier.messages import _
from verifier.plain_text import plain

Cell = str | int
_FORMULA_SIGNS = ("=", "+", "-", "@")
_LONGEST = 32_000
"""Characters of a cell; the format allows 32,767."""


def render_workbook(check: SchoolCheck) -> bytes:
    """Write the report as a workbook of four sheets."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties(
        {"title": title_of(check), "created": check.checked_at.replace(tzinfo=None)}
    )
    sheets = _Sheets(book)
    _write_overview(sheets, check)
    _write_findings(sheets, check)
    _write_pupils(sheets, check)
    _write_rules(sheets, check)
    book.close()
    return target.getvalue()


class _Sheets:
    """A workbook, and how its cells look."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        looks = {"valign": "top", "text_wrap": True}
        self._plain = book.add_format(looks)
        self._quoted = book.add_format({**looks, "quote_prefix": True})
        self._head = book.add_format(
            {"bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True, "valign": "top"}
        )

    def write(
        self,
        name: str,
        columns: Sequence[tuple[str, int]],
        rows: Iterable[Sequence[Cell]],
        *,
        notes: Sequence[str] = (),
    ) -> None:
        """Write a sheet: *notes*, a head (title and width of each column), then *rows*."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        for line, note in enumerate(notes):
            sheet.write_string(line, 0, _safe(note), self._book.add_format({"bold": line == 0}))
        top = len(notes)
        for column, (title, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(top, column, title, self._head)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        last = top
        for last, row in enumerate(rows, start=top + 1):
            for column, value in enumerate(row):
                self._write_cell(sheet, last, column, value)
        sheet.autofilter(top, 0, max(last, top), len(columns) - 1)

    def _write_cell(
        self, sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Cell
    ) -> None:
        if isinstance(value, int):
            sheet.write_number(row, column, value, self._plain)
            return
        is_risky = value.lstrip().startswith(_FORMULA_SIGNS)
        sheet.write_string(row, column, _safe(value), self._quoted if is_risky else self._plain)


def _safe(text: str) -> str:
    return plain(text)[:_LONGEST]


def _write_overview(sheets: _Sheets, check: SchoolCheck) -> None:
    total = coverage_of(check.classes, check.findings)
    groups = [(_("Whole school"), total)]
    groups += [(one.class_name, coverage_of([one])) for one in check.classes]
    columns = [(_("Class"), 16), (_("Pupils"), 9), (_("Stopped"), 9)]
    columns += [(figure.name, 18) for figure in figures(total)]
    rows: list[list[Cell]] = []
    for name, coverage in groups:
        row: list[Cell] = [name, coverage.pupils, coverage.stopped]
        row += [f"{figure.part} ({figure.share})" for figure in figures(coverage)]
        rows.append(row)
    sheets.write(_("Overview"), columns, rows, notes=(title_of(check), moments_of(check)))


def _write_findings(sheets: _Sheets, check: SchoolCheck) -> None:
    columns = [
        (_("Class"), 8),
        (_("Pupil code"), 16),
        (_("Full name"), 24),
        (_("State"), 12),
        (_("Severity"), 11),
        (_("Criterion"), 9),
        (_("Rule"), 24),
        (_("Table"), 15),
        (_("Record"), 24),
        (_("Field"), 24),
        (_("What is wrong"), 44),
        (_("Recorded"), 12),
        (_("Expected"), 12),
        (_("How to repair"), 44),
    ]
    rows = [_cells_of(row) for one in check.classes for row in rows_of(one)]
    of_school = [
        ["", "", "", "", *_cells(found, found.gap.field, found.gap.message)]
        for found in check.findings
    ]
    sheets.write(_("Findings"), columns, [*of_school, *rows])


def _cells_of(row: Row) -> list[str]:
    who = [row.class_name, row.student_code, row.full_name, row.state]
    return [*who, *_cells(row.found, row.field, row.message)]


def _cells(found: Finding, field: str, message: str) -> list[str]:
    gap = found.gap
    return [
        severity_name(found.severity),
        criterion_name(found.criterion),
        gap.code,
        gap.place,
        gap.record_id or "",
        field,
        message,
        gap.recorded or "",
        gap.expected or "",
        gap.remedy,
    ]


def _write_pupils(sheets: _Sheets, check: SchoolCheck) -> None:
    columns = [
        (_("Class"), 8),
        (_("Pupil code"), 18),
        (_("Full name"), 30),
        (_("State"), 14),
        (_("Blocking findings"), 12),
        (_("Warnings"), 12),
    ]
    rows: list[list[Cell]] = []
    for one in check.classes:
        for pupil in one.pupils:
            warnings = sum(found.severity is Severity.WARNS for found in pupil.findings)
            blocking = len(pupil.findings) - warnings
            row: list[Cell] = [one.class_name, pupil.student_code, pupil.full_name]
            rows.append([*row, state_name(pupil.state), blocking, warnings])
    sheets.write(_("Pupils"), columns, rows)


def _write_rules(sheets: _Sheets, check: SchoolCheck) -> None:
    columns = [
        (_("Rule"), 26),
        (_("Criterion"), 10),
        (_("Severity"), 12),
        (_("Findings"), 10),
        (_("What is asked"), 60),
        (_("How to repair"), 60),
        (_("Reference"), 30),
    ]
    counts = dict(coverage_of(check.classes, check.findings).codes)
    rows: list[list[Cell]] = [
        [
            rule.code,
            criterion_name(rule.criterion),
            severity_name(rule.severity),
            counts.get(rule.code, 0),
            rule.sentence,
            rule.remedy,
            rule.reference,
        ]
        for rule in RULES.values()
    ]
    sheets.write(_("Rules"), columns, rows)
