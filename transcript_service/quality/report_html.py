"""
The gate's report as one page that needs nothing else: to be read, printed and filed.

Every text is escaped; the page has no script, and asks no other address for anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from transcript_service.quality.checks import ClassCheck, SchoolCheck
from transcript_service.quality.coverage import Coverage, coverage_of
from transcript_service.quality.rule import Severity, criterion_name, severity_name
from transcript_service.quality.rules import RULES
from transcript_service.quality.words import Row, figures, moments_of, notes_of, rows_of, title_of
from verifier.messages import _
from verifier.plain_text import plain

_STYLE = """
:root { color-scheme: light; }
body { font: 14px/1.45 system-ui, "Segoe UI", "Noto Sans", Arial, sans-serif; color: #1b1f24;
  max-width: 72rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.45rem; margin: 0 0 .2rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; border-bottom: 2px solid #2b5a83; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
p.note { margin: .1rem 0; color: #51606e; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 1rem; }
th, td { border: 1px solid #c3ccd5; padding: .28rem .45rem; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
th { background: #e8eef4; font-weight: 600; overflow-wrap: normal; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td:first-child { overflow-wrap: break-word; }
td.code { white-space: nowrap; }
td.code, span.code { font: .82em ui-monospace, Consolas, "DejaVu Sans Mono", monospace; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
.BLOCKS { color: #9b1c1c; font-weight: 600; }
.WARNS { color: #7a5200; font-weight: 600; }
.repair { color: #34495c; }
nav a { margin-right: .8rem; white-space: nowrap; }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { max-width: none; margin: 0; padding: 0; font-size: 10pt; }
  section.class { break-before: page; }
  nav { display: none; }
}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_html(check: SchoolCheck) -> str:
    """Write the report of a school, or of the classes that were checked, as one page."""
    title = _text(title_of(check))
    # The language of the page is that of the catalogue: its own entry says which one.
    language = _("en")
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{language}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
        f'<p class="note">{_text(moments_of(check))}</p>',
        *_overview(check),
        *(line for one in check.classes for line in _class(one)),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _text(text: str) -> str:
    return escape(plain(text), quote=True)


def _heading(text: str) -> str:
    return f"<h2>{_text(text)}</h2>"


def _overview(check: SchoolCheck) -> Iterator[str]:
    total = coverage_of(check.classes, check.findings)
    if check.other_levels:
        note = _("not checked, because no transcripts of their level are issued: {classes}")
        yield f'<p class="note">{_text(note.format(classes=", ".join(check.other_levels)))}</p>'
    for found in check.findings:
        mark = f'<span class="{found.severity}">{_text(severity_name(found.severity))}</span>'
        yield f"<p>{mark}: {_text(found.gap.message)} → {_text(found.gap.remedy)}</p>"
    yield _heading(_("Coverage"))
    yield from _coverage_table(total)
    yield from _criteria_table(total)
    if len(check.classes) > 1:
        yield from _classes_table(check.classes)
    yield _heading(_("Findings by rule"))
    yield from _rules_table(total)


def _coverage_table(coverage: Coverage) -> Iterator[str]:
    head = (_("Figure"), _("Pupils"), _("of"), _("Share"), _("Aim"))
    rows = (
        (
            _cell(figure.name),
            _number(figure.part),
            _number(figure.whole),
            _number(figure.share),
            _cell(figure.aim),
        )
        for figure in figures(coverage)
    )
    return _table(head, rows)


def _criteria_table(coverage: Coverage) -> Iterator[str]:
    head = (_("Criterion"), *(severity_name(severity) for severity in Severity))
    counts: dict[str, list[str]] = {}
    for criterion, _severity, count in coverage.findings:
        counts.setdefault(criterion_name(criterion), []).append(_number(count))
    return _table(head, ((_cell(name), *cells) for name, cells in counts.items()))


def _classes_table(classes: Sequence[ClassCheck]) -> Iterator[str]:
    yield _heading(_("Classes"))
    head = (_("Class"), _("Pupils"), _("Ready"), _("Stopped"), _("Issued"))
    shares = (_("Complete"), _("Verified"))
    rows = []
    for one in classes:
        coverage = coverage_of([one])
        by_name = {figure.name: figure for figure in figures(coverage)}
        complete = by_name[_("pupils with complete data")].share
        verified = by_name[_("identities verified with date and source")].share
        link = f'<td><a href="#{_anchor(one)}">{_text(one.class_name)}</a></td>'
        numbers = (coverage.pupils, coverage.ready, coverage.stopped, coverage.issued)
        rows.append((link, *map(_number, map(str, (*numbers, complete, verified)))))
    yield from _table((*head, *shares), rows)


def _rules_table(coverage: Coverage) -> Iterator[str]:
    head = (_("Rule"), _("Findings"), _("What is asked"), _("How to repair"))
    rows = (
        (
            f'<td class="code">{_text(code)}</td>',
            _number(count),
            _cell(RULES[code].sentence),
            _cell(RULES[code].remedy),
        )
        for code, count in coverage.codes
    )
    return _table(head, rows)


def _class(one: ClassCheck) -> Iterator[str]:
    coverage = coverage_of([one])
    title = _("Class {name}: {pupils} pupils, {stopped} stopped").format(
        name=one.class_name, pupils=coverage.pupils, stopped=coverage.stopped
    )
    yield f'<section class="class" id="{_anchor(one)}"><h2>{_text(title)}</h2>'
    totals = _(
        "class list {listed}, results stored {results}, transcripts issued {documents}"
    ).format(listed=len(one.pupils), results=one.results_stored, documents=one.documents_issued)
    for note in (totals, *notes_of(one)):
        yield f'<p class="note">{_text(note)}</p>'
    yield from _coverage_table(coverage)
    head = (_("Pupil"), _("Severity"), _("Criterion"), _("Where"), _("What is wrong"))
    yield from _table(head, map(_finding_cells, rows_of(one)))
    yield "</section>"


def _finding_cells(row: Row) -> tuple[str, ...]:
    found = row.found
    who = f"{_text(row.student_code)}<br>{_text(row.full_name)}" if row.student_code else "–"
    gap = found.gap
    record = f"{gap.place} {gap.record_id or '–'}"
    where = f'{_text(row.field)}<br><span class="code">{_text(record)}<br>{_text(gap.code)}</span>'
    what = f"{_text(row.message)} {_text(row.values)}"
    what += f'<br><span class="repair">→ {_text(gap.remedy)}</span>'
    return (
        f"<td>{who}</td>",
        f'<td class="{found.severity}">{_text(severity_name(found.severity))}</td>',
        _cell(criterion_name(found.criterion)),
        f"<td>{where}</td>",
        f"<td>{what}</td>",
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table of cells that are escaped already; nothing where there are no rows."""
    lines = [f"<tr>{''.join(cells)}</tr>" for cells in rows]
    if not lines:
        return
    titles = "".join(f'<th scope="col">{_text(title)}</th>' for title in head)
    yield f"<table><thead><tr>{titles}</tr></thead><tbody>"
    yield from lines
    yield "</tbody></table>"


def _cell(text: str) -> str:
    return f"<td>{_text(text)}</td>"


def _number(value: int | str) -> str:
    return f'<td class="number">{_text(str(value))}</td>'


def _anchor(one: ClassCheck) -> str:
    return f"class-{escape(one.class_code, quote=True)}"
