"""
Writing a table of verified files as CSV, JSON or XLSX: whole or not at all (docs/formats.md).

Names of files and texts in them come from strangers: nothing is written that a spreadsheet could
take for a formula, and nothing that cannot be printed.
"""

import csv
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TextIO

from verifier.errors import PolicyError, VerifierError
from verifier.messages import _
from verifier.plain_text import plain
from verifier.system_words import why
from verifier.table_cells import FORMULA_SIGNS, local_time
from verifier.table_columns import Column, Kind, columns
from verifier.table_rows import Row

_FORMULA = re.compile(rf"((?:^|[;|])\s*)(?=[{re.escape(''.join(FORMULA_SIGNS))}])")
"""Where a cell begins like a formula, or may, for a program that takes semicolons for commas."""

TABLE_FORMAT = "hocba/table/1"
MOST_ROWS_OF_A_SHEET = 1_048_575

Writer = Callable[[Path, Sequence[Column], Iterable[Row]], None]


def check_destination(path: Path, rows: int) -> None:
    """
    Check before hours of work that its result can be written.

    Raises:
        PolicyError: another kind of file, no such folder, too many rows, or no XlsxWriter.
    """
    kind = path.suffix.lower()
    if kind not in _WRITERS:
        raise PolicyError(_("{path}: --out takes a .csv, .xlsx or .json file").format(path=path))
    if not os.path.isdir(path.parent):
        raise PolicyError(_("there is no folder {path}").format(path=path.parent))
    if os.path.isdir(path):
        raise PolicyError(_("{path} is a folder").format(path=path))
    if kind == ".xlsx":
        _workbook_writer()
        if rows > MOST_ROWS_OF_A_SHEET:
            text = _("{rows} files are more than a sheet holds; write .csv or .json instead")
            raise PolicyError(text.format(rows=rows))


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """
    Write *rows* to *path*, which only its owner can read; nothing half-written is ever there.

    Raises:
        VerifierError: no space or no permission.
    """
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        os.close(descriptor)
        _WRITERS[path.suffix.lower()]()(Path(temporary), columns(), rows)
        _force_to_disk(temporary)
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        text = _("cannot write {path}: {problem}; run the same command again to go on")
        raise VerifierError(text.format(path=path, problem=why(error))) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _force_to_disk(path: str) -> None:
    with open(path, "rb") as file:
        os.fsync(file.fileno())


def _write_csv(path: Path, shown: Sequence[Column], rows: Iterable[Row]) -> None:
    """RFC 4180 with a byte order mark, by which Excel knows UTF-8; marks with a point."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.title for column in shown])
        writer.writerows(
            [_csv_cell(column, row.get(column.key, "")) for column in shown] for row in rows
        )


def _csv_cell(column: Column, value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    if column.kind is Kind.MOMENT and value:
        return local_time(value).isoformat(timespec="seconds")
    return _FORMULA.sub(r"\1'", plain(value))


def _write_json(path: Path, _shown: Sequence[Column], rows: Iterable[Row]) -> None:
    """One object; a row a line, without its empty cells."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"format": "{TABLE_FORMAT}", "files": [')
        _write_rows(file, rows)
        file.write("\n]}\n")


def _write_rows(file: TextIO, rows: Iterable[Row]) -> None:
    between = "\n"
    for row in rows:
        held = {
            key: value if isinstance(value, int) else plain(value)
            for key, value in row.items()
            if value != ""
        }
        file.write(between + json.dumps(held, ensure_ascii=False))
        between = ",\n"


def _workbook_writer() -> Writer:
    try:
        from verifier.table_workbook import write_workbook
    except ModuleNotFoundError as error:
        text = _("{package} is not installed; install hocba[xlsx], or write .csv or .json instead")
        raise PolicyError(text.format(package="XlsxWriter")) from error
    return write_workbook


_WRITERS: dict[str, Callable[[], Writer]] = {
    ".csv": lambda: _write_csv,
    ".json": lambda: _write_json,
    ".xlsx": _workbook_writer,
}
