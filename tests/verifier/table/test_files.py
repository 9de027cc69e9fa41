"""The three kinds of file: what spreadsheets and programs read in them."""

import csv
import json
import stat
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.errors import PolicyError, VerifierError
from verifier.messages import use_language
from verifier.table_columns import columns
from verifier.table_files import check_destination, write_table
from verifier.table_rows import Row

ROW: Row = {
    "file": "=cmd|' /C calc'!A0.pdf",
    "verdict": "TOTAL-PASSED",
    "signed_at": "2026-06-01T20:00:00Z",
    "full_name": "Nguyễn Thị Ngọc Ánh",
    "personal_id": "000309004711",
    "birth_date": "2009-03-14",
    "grade": 11,
    "mathematics.full_year": "8.5",
    "physical_education.full_year": "Đạt",
}


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    keys = [column.key for column in columns()]
    return [dict(zip(keys, row, strict=True)) for row in read[1:]]


def sheet_cells(path: Path) -> dict[str, openpyxl.cell.Cell]:
    sheet = openpyxl.load_workbook(path).active
    return dict(zip((column.key for column in columns()), sheet[2], strict=True))


def test_csv_is_utf_8_with_a_mark_for_excel_and_vietnamese_heads(tmp_path: Path) -> None:
    """Marks have a point, times those of Viet Nam with their offset."""
    use_language("vi")
    write_table(tmp_path / "a.csv", [ROW])

    data = (tmp_path / "a.csv").read_bytes()
    (row,) = csv_rows(tmp_path / "a.csv")
    assert data.startswith(b"\xef\xbb\xbf")
    assert "Họ và tên" in data.decode("utf-8-sig").splitlines()[0]
    assert row["full_name"] == "Nguyễn Thị Ngọc Ánh"
    assert row["mathematics.full_year"] == "8.5"
    assert row["signed_at"] == "2026-06-02T03:00:00+07:00"
    assert row["file"].startswith("'=cmd")


@settings(max_examples=20)
@given(st.text(max_size=30) | st.from_regex(r"\s*[=+@＝-].{0,9}", fullmatch=True))
def test_no_cell_of_csv_begins_like_a_formula(tmp_path: Path, text: str) -> None:
    """Whatever stands in a name."""
    write_table(tmp_path / "a.csv", [{"file": text, "full_name": text}])

    (row,) = csv_rows(tmp_path / "a.csv")
    for key in ("file", "full_name"):
        assert not row[key].lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
        assert row[key].isprintable()


@pytest.mark.parametrize("separator", [";", "; ", "|"])
def test_no_formula_hides_behind_another_separator(tmp_path: Path, separator: str) -> None:
    """Where lists are separated by semicolons, a spreadsheet splits there."""
    write_table(tmp_path / "a.csv", [{"file": f"a{separator}=cmd|' -C calc'!A0;.pdf"}])

    (row,) = csv_rows(tmp_path / "a.csv")
    assert row["file"] == f"a{separator}'=cmd|' -C calc'!A0;.pdf"


def test_xlsx_holds_numbers_dates_and_texts_as_such(tmp_path: Path) -> None:
    """In every locale; a formula is a text."""
    write_table(tmp_path / "a.xlsx", [ROW])

    cells = sheet_cells(tmp_path / "a.xlsx")
    assert cells["mathematics.full_year"].value == 8.5
    assert cells["grade"].value == 11
    assert str(cells["birth_date"].value) == "2009-03-14 00:00:00"
    assert str(cells["signed_at"].value) == "2026-06-02 03:00:00"
    assert (cells["personal_id"].value, cells["personal_id"].data_type) == ("000309004711", "s")
    assert (cells["file"].value, cells["file"].data_type) == (ROW["file"], "s")
    assert cells["physical_education.full_year"].value == "Đạt"


def test_xlsx_keeps_a_birth_date_that_is_only_a_year(tmp_path: Path) -> None:
    """Partial dates occur."""
    write_table(tmp_path / "a.xlsx", [{**ROW, "birth_date": "2009"}])

    assert sheet_cells(tmp_path / "a.xlsx")["birth_date"].value == "2009"


def test_json_is_one_object_that_a_program_reads(tmp_path: Path) -> None:
    """Values as in transcript.json; empty cells are left out."""
    write_table(tmp_path / "a.json", [ROW, {**ROW, "status": ""}])

    found = json.loads((tmp_path / "a.json").read_bytes())
    assert found == {"format": "hocba/table/1", "files": [ROW, ROW]}


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_only_the_owner_can_read_a_table(tmp_path: Path, kind: str) -> None:
    """Pupils are named there."""
    write_table(tmp_path / f"a.{kind}", [ROW])

    assert stat.S_IMODE((tmp_path / f"a.{kind}").stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_a_run_that_breaks_leaves_the_old_table_and_nothing_else(tmp_path: Path, kind: str) -> None:
    """Never a half-written result."""
    path = tmp_path / f"a.{kind}"
    path.write_text("old")

    def broken() -> object:
        yield ROW
        raise OSError(28, "No space left on device")

    with pytest.raises(VerifierError, match="No space left"):
        write_table(path, broken())  # type: ignore[arg-type]

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["a.ods", "a", "nowhere/a.csv", "folder.csv"])
def test_a_destination_that_cannot_be_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """Not after hours of work."""
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(PolicyError, match=r"csv|folder"):
        check_destination(tmp_path / name, 1)


def test_more_files_than_a_sheet_has_rows_are_refused(tmp_path: Path) -> None:
    """Excel would cut them off silently."""
    check_destination(tmp_path / "a.csv", 2_000_000)

    with pytest.raises(PolicyError, match="more than a sheet holds"):
        check_destination(tmp_path / "a.xlsx", 2_000_000)
