"""The reports: JSON for programs, a workbook, a page; hostile names in each of them."""

import json
from html.parser import HTMLParser
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from rich.console import Console
from sqlmodel import select

from transcript_service.commands.check_screen import show_check
from transcript_service.database import read_session
from transcript_service.quality.report_html import render_html
from transcript_service.quality.report_json import render_json
from transcript_service.quality.workbook import render_workbook
from transcript_service.shared_database.mirror import MirrorMark, MirrorPupil, MirrorSchool
from transcript_service.transcript import GapCode
from verifier.messages import use_language

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = (
    '=HYPERLINK("http://evil.example";"x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[red]đỏ[/red]",
    "\x1b[2Jxoá",
    "http://evil.example",
    "12345",
)


@pytest.fixture(autouse=True)
def vietnamese():
    use_language("vi")


@pytest.fixture
def hostile(checked):
    """A school whose pupils and whose own name are attacks, with one missing mark."""
    for number, name in enumerate(HOSTILE, start=1):
        which = MirrorPupil.record_id == f"hocsinh-{number:03}"
        checked.spoil(MirrorPupil, which, full_name=name, identity_verified=False)
    checked.spoil(MirrorSchool, MirrorSchool.version > 0, name="Trường <b>Ví Dụ</b> & Con")
    checked.spoil(MirrorMark, MirrorMark.record_id == "diem-003-TOAN-2-CK-1", cancelled=True)
    return checked.school()


def test_the_json_report_names_every_finding_with_place_and_remedy(hostile):
    """Its shape is that of docs/formats.md; names stand in it as they are."""
    report = json.loads(render_json(hostile))

    assert report["format"] == "hocba/check/1"
    assert set(report) == {
        "format",
        "school",
        "school_year",
        "checked_at",
        "synchronised_at",
        "other_levels",
        "coverage",
        "findings",
        "classes",
    }
    (one,) = report["classes"]
    third = one["pupils"][2]
    assert third["full_name"] == HOSTILE[2]
    assert third["state"] == "STOPPED"
    found = {finding["code"]: finding for finding in third["findings"]}
    assert found["MARK_MISSING"] == {
        "code": "MARK_MISSING",
        "criterion": "COMPLETE",
        "severity": "BLOCKS",
        "student_code": third["student_code"],
        "table": "diem",
        "record_id": None,
        "field": "mathematics.term_2.final_mark",
        "message": found["MARK_MISSING"]["message"],
        "remedy": found["MARK_MISSING"]["remedy"],
        "recorded": None,
        "expected": None,
    }
    assert one["coverage"]["stopped"] == 2  # this one, and whose name has a control character
    assert report["coverage"]["codes"]["IDENTITY_NOT_VERIFIED"] == len(HOSTILE)
    assert set(report["coverage"]["codes"]) <= set(GapCode)


class Page(HTMLParser):
    """Which elements and which text a browser would see."""

    def __init__(self):
        super().__init__()
        self.elements = set()
        self.attributes = set()
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _value in attrs}

    def handle_data(self, data):
        self.text += data


def test_the_page_shows_hostile_names_as_text(hostile):
    """No element, no attribute and no address comes from a record."""
    html = render_html(hostile)
    page = Page()
    page.feed(html)

    assert page.elements.isdisjoint({"script", "img", "b", "link", "iframe"})
    assert page.attributes <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "id",
        "href",
        "scope",
    }
    assert html.startswith('<!DOCTYPE html>\n<html lang="vi">')
    assert "Trường <b>Ví Dụ</b> & Con" in page.text
    for name in HOSTILE:
        assert name.replace("\x1b", "\\x1b") in page.text


def test_the_page_needs_nothing_else(hostile):
    """Only its own anchors are linked, and nothing is loaded."""
    html = render_html(hostile)

    assert "src=" not in html.replace("&lt;img src=x", "")
    assert [part.split('"')[0][0] for part in html.split('href="')[1:]] == ["#"] * (
        html.count('href="')
    )
    assert "@import" not in html
    assert "url(" not in html


def cells(data, sheet):
    """Return `(text, type, style)` of a sheet's cells, and whether there is any formula."""
    with ZipFile(BytesIO(data)) as book:
        strings = [
            "".join(part.text or "" for part in item.iter(f"{SHEET}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
        names = book.namelist()
    quoted = [one.get("quotePrefix") == "1" for one in styles.find(f"{SHEET}cellXfs")]
    found = {}
    for cell in root.iter(f"{SHEET}c"):
        value = cell.findtext(f"{SHEET}v")
        if cell.get("t") == "s":
            found[strings[int(value)]] = quoted[int(cell.get("s", 0))]
    formulas = list(root.iter(f"{SHEET}f"))
    return found, formulas, names


@pytest.mark.parametrize("sheet", [1, 2, 3, 4])
def test_no_cell_of_the_workbook_is_a_formula_or_a_link(hostile, sheet):
    """Whatever a name begins with, it is a string; those that look like formulas are quoted."""
    found, formulas, names = cells(render_workbook(hostile), sheet)

    assert formulas == []
    assert not [name for name in names if "externalLink" in name or "_rels/sheet" in name]
    if sheet in (2, 3):
        for name in HOSTILE:
            assert found[name.replace("\x1b", "\\x1b")] == name.startswith(("=", "+", "-", "@"))


def test_the_workbook_lists_every_pupil_and_every_finding(hostile):
    """One row each, below one line of titles."""
    data = render_workbook(hostile)
    with ZipFile(BytesIO(data)) as book:
        rows = [
            len(
                list(
                    ElementTree.fromstring(book.read(f"xl/worksheets/sheet{n}.xml")).iter(
                        f"{SHEET}row"
                    )
                )
            )
            for n in (2, 3, 4)
        ]
    findings = sum(len(pupil.findings) for pupil in hostile.classes[0].pupils)

    assert rows == [1 + findings, 1 + 12, 1 + len(GapCode)]


def test_the_same_check_gives_the_same_workbook(hostile):
    """The moment in its properties is that of the check."""
    assert render_workbook(hostile) == render_workbook(hostile)


def shown(check):
    screen = StringIO()
    show_check(Console(width=100, file=screen, force_terminal=False), check)
    return screen.getvalue()


def test_the_table_fits_a_hundred_columns_and_takes_no_orders(hostile):
    """Markup and control characters in names are shown, not obeyed."""
    text = shown(hostile)

    assert max(map(len, text.splitlines())) <= 100
    assert "[red]đỏ[/red]" in text
    assert "\x1b" not in text


def test_people_read_names_of_subjects_and_terms(hostile):
    """Identifiers are for programs."""
    for text in (shown(hostile), render_html(hostile)):
        assert "Toán" in text
        assert "mathematics" not in text
        assert "final_mark" not in text


def test_no_report_shows_a_personal_id(checked, hostile):
    """Whose number is wrong is said by pupil code and record."""
    text = shown(hostile) + render_html(hostile) + render_json(hostile)
    with read_session(checked.engine) as session:
        numbers = [row.personal_id for row in session.exec(select(MirrorPupil)) if row.personal_id]

    assert len(numbers) == 11
    assert [number for number in numbers if number in text] == []
