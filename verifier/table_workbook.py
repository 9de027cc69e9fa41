"""
A table of verified files as a workbook: numbers and dates are such in every locale.

The only module of the verifier that imports XlsxWriter, which the extra `xlsx` installs. Rows go
to the disk as they come. Texts are written as strings, never as formulas, links or numbers.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from verifier.messages import _
from verifier.plain_text import plain
from verifier.table_cells import is_risky, local_time
from verifier.table_columns import Column, Kind
from verifier.table_rows import Row

_LONGEST = 32_000
"""Characters of a cell; the format allows 32,767."""
_SCORE = re.compile(r"[0-9]{1,2}\.[0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WIDTHS = {Kind.TEXT: 18, Kind.NUMBER: 8, Kind.MARK: 9, Kind.DATE: 12, Kind.MOMENT: 19}


def write_workbook(path: Path, shown: Sequence[Column], rows: Iterable[Row]) -> None:
    """
    Write a workbook of one sheet.

    Raises:
        OSError: it cannot be written.
    """
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    try:
        sheet = _Sheet(book, shown)
        for number, row in enumerate(rows, start=1):
            sheet.write(number, row)
        sheet.finish()
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


class _Sheet:
    """The sheet, and how its cells look."""

    def __init__(self, book: xlsxwriter.Workbook, shown: Sequence[Column]) -> None:
        self._shown = shown
        self._quoted = book.add_format({"quote_prefix": True})
        self._formats = {
            Kind.MARK: book.add_format({"num_format": "0.0"}),
            Kind.DATE: book.add_format({"num_format": "dd/mm/yyyy"}),
            Kind.MOMENT: book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}),
        }
        self._sheet = book.add_worksheet(_("Transcripts"))
        head = book.add_format({"bold": True, "bg_color": "#DDE7F0", "text_wrap": True})
        self._sheet.freeze_panes(1, 1)
        for at, column in enumerate(shown):
            self._sheet.set_column(at, at, _WIDTHS[column.kind])
            self._sheet.write_string(0, at, column.title, head)
        self._last = 0

    def write(self, number: int, row: Row) -> None:
        """Write one row; the head is number 0."""
        self._last = number
        for at, column in enumerate(self._shown):
            value = row.get(column.key, "")
            if value != "":
                self._write(number, at, column.kind, value)

    def finish(self) -> None:
        """Let people filter all rows."""
        self._sheet.autofilter(0, 0, self._last, len(self._shown) - 1)

    def _write(self, row: int, at: int, kind: Kind, value: str | int) -> None:
        look = self._formats.get(kind)
        if isinstance(value, int):
            self._sheet.write_number(row, at, value)
        elif kind is Kind.MARK and _SCORE.fullmatch(value):
            self._sheet.write_number(row, at, float(value), look)
        elif kind is Kind.DATE and _DATE.fullmatch(value):
            self._sheet.write_datetime(row, at, date.fromisoformat(value), look)
        elif kind is Kind.MOMENT:
            self._sheet.write_datetime(row, at, local_time(value).replace(tzinfo=None), look)
        else:
            text = plain(value)[:_LONGEST]
            self._sheet.write_string(row, at, text, self._quoted if is_risky(text) else None)
