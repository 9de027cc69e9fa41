"""What a screen reader finds: order, headings, header cells, alternative texts, language."""

import re
import subprocess
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from signing.fields import prepare
from tests.transcript_service.documents.test_cells import expected_row
from transcript_service.documents import places

Document = dict[str, Any]
Rendered = Callable[[Document], bytes]
KINDS = ["example", "special", "worst_case", "thpt_example", "thpt_crowded", "thpt_worst_case"]


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """All structure elements, each before its children, in reading order."""
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Array):
            waiting.extend(reversed(list(element)))
        elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
            yield element
            waiting.append(element.get("/K", pikepdf.Array()))


def kind_of(element: pikepdf.Object) -> str:
    return str(element.S).removeprefix("/")


def attributes(element: pikepdf.Object) -> dict[str, Any]:
    """The attributes of one element, whatever their owner."""
    given = element.get("/A", pikepdf.Array())
    owners = given if isinstance(given, pikepdf.Array) else [given]
    return {key: value for owner in owners for key, value in owner.items()}


@pytest.fixture(scope="session")
def read_aloud(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], list[str]]:
    """The texts of a PDF in the order of its structure, as poppler finds them."""
    path = tmp_path_factory.mktemp("structure") / "read.pdf"

    def read(pdf: bytes) -> list[str]:
        path.write_bytes(pdf)
        command = ["pdfinfo", "-struct-text", str(path)]
        done = subprocess.run(command, capture_output=True, check=True)
        # The titles of headings come in UTF-16, amid the rest.
        said = done.stdout.decode(errors="replace")
        return re.findall(r'^ *"(.*)"$', said, re.MULTILINE)

    return read


@pytest.fixture
def opened(
    request: pytest.FixtureRequest, rendered: Rendered
) -> Iterator[tuple[Document, pikepdf.Pdf]]:
    """The document of the kind that the test is called with, rendered."""
    document = request.getfixturevalue(request.param)
    with pikepdf.open(BytesIO(rendered(document))) as pdf:
        yield document, pdf


@pytest.mark.parametrize("opened", KINDS, indirect=True)
def test_every_table_has_header_cells_with_scope(
    opened: tuple[Document, pikepdf.Pdf],
) -> None:
    """And each cell below names the header of its column, which is one of its own table."""
    _document, pdf = opened
    tables = [element for element in elements(pdf) if kind_of(element) == "Table"]

    assert len(tables) >= 3
    for table in tables:
        head, body = list(table.K)
        assert (kind_of(head), kind_of(body)) == ("THead", "TBody")
        (row,) = list(head.K) if isinstance(head.K, pikepdf.Array) else [head.K]
        headers = list(row.K)
        assert {kind_of(cell) for cell in headers} == {"TH"}
        assert {str(attributes(cell)["/Scope"]) for cell in headers} == {"/Column"}
        named = {str(cell.ID) for cell in headers}
        cells = [cell for line in body.K for cell in line.K]
        assert {kind_of(cell) for cell in cells} == {"TD"}
        for cell in cells:
            assert {str(name) for name in attributes(cell)["/Headers"]} <= named


@pytest.mark.parametrize("opened", KINDS, indirect=True)
def test_every_figure_says_what_it_shows_and_every_link_where_it_leads(
    opened: tuple[Document, pikepdf.Pdf],
) -> None:
    """The QR code, the printed address, and the two places that become signature fields."""
    document, pdf = opened
    found = list(elements(pdf))

    figures = [str(element.Alt) for element in found if kind_of(element) == "Figure"]
    assert figures == [f"Mã QR tra cứu học bạ {document['transcript_code']}"]
    links = [element for element in found if kind_of(element) == "Link"]
    annotations = [
        annotation
        for page in pdf.pages
        for annotation in page.get("/Annots", [])
        if annotation.Subtype == "/Link"
    ]
    assert len(links) == len(annotations) >= 3
    assert all(str(annotation.get("/Contents", "")) for annotation in annotations)


@pytest.mark.parametrize("kind", ["example", "thpt_worst_case"])
def test_the_signature_fields_are_read_between_title_and_name_and_say_what_they_are(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest
) -> None:
    """The places become form fields at their place in the reading order (PDF/UA-1 clause 7.18)."""
    document = request.getfixturevalue(kind)
    year = document["school_year"]
    names = (places.principal_field(year), places.seal_field(year))
    said = ("Chữ ký số của hiệu trưởng", "Chữ ký số của nhà trường")

    prepared = prepare(rendered(document), names=names, tooltips=said)

    with pikepdf.open(BytesIO(prepared)) as pdf:
        found = list(elements(pdf))
        forms = [at for at, element in enumerate(found) if kind_of(element) == "Form"]
        assert [str(found[at].Alt) for at in forms] == list(said)
        assert [str(field.TU) for field in pdf.Root.AcroForm.Fields] == list(said)
        assert [str(found[at].K.Obj.T) for at in forms] == list(names)
        assert kind_of(found[forms[0] - 1]) == "Strong"
        assert [kind_of(element) for element in found[forms[-1] + 1 :]] == ["P", "Strong"]


@pytest.mark.parametrize("opened", KINDS, indirect=True)
def test_headings_are_bookmarks_and_no_level_is_left_out(
    opened: tuple[Document, pikepdf.Pdf],
) -> None:
    """Named as in a sentence, not shouted, and in Vietnamese."""
    document, pdf = opened
    level = {"THCS": "trung học cơ sở", "THPT": "trung học phổ thông"}[document["level"]]

    with pdf.open_outline() as outline:
        bookmarks = [(top.title, [child.title for child in top.children]) for top in outline.root]

    assert bookmarks == [
        (f"Học bạ {level}", ["Quá trình học tập"]),
        ("Kết quả học tập theo môn học", []),
        (
            "Tổng hợp kết quả cả năm học",
            ["Nhận xét của giáo viên chủ nhiệm", "Nhận xét, phê duyệt của Hiệu trưởng"],
        ),
    ]
    headings = [kind_of(element) for element in elements(pdf) if "/T" in element]
    assert headings == ["H1", "H2", "H1", "H1", "H2", "H2"]
    assert pdf.Root.Lang in ("vi", "vi-VN")
    assert not [element for element in elements(pdf) if "/Lang" in element]


@pytest.mark.judge
@pytest.mark.parametrize("kind", KINDS)
def test_the_reading_order_is_that_of_the_form(
    kind: str,
    rendered: Rendered,
    request: pytest.FixtureRequest,
    read_aloud: Callable[[bytes], list[str]],
) -> None:
    """From the school's name to the principal's, row by row, each mark after its subject."""
    document = request.getfixturevalue(kind)
    pupil, school, results = (document[part] for part in ("pupil", "school", "results"))

    said = "".join(read_aloud(rendered(document))).replace(" ", "")

    at = 0
    expected = [
        school["name"].upper(),
        "HỌC BẠ",
        document["transcript_code"],
        f"Họ và tên:{pupil['full_name'].upper()}Giới tính:{pupil['sex']}",
        f"Chỗ ở hiện tại:{pupil['current_address']}Họ và tên cha:",
        "QUÁ TRÌNH HỌC TẬP",
        *(entry["school_name"] for entry in pupil["study_history"]),
        school["principal"]["full_name"],
        "KẾT QUẢ HỌC TẬP THEO MÔN HỌC",
        *("".join(expected_row(subject, document)) for subject in results["subjects"]),
        "XÁC NHẬN CỦA GIÁO VIÊN CHỦ NHIỆM",
        "TỔNG HỢP KẾT QUẢ CẢ NĂM HỌC",
        results["full_year"]["academic_result"],
        "Được lên lớp:",
        "NHẬN XÉT CỦA GIÁO VIÊN CHỦ NHIỆM",
        results["homeroom_comment"],
        "NHẬN XÉT, PHÊ DUYỆT CỦA HIỆU TRƯỞNG",
        results["principal_comment"],
        school["principal"]["full_name"],
    ]
    for text in expected:
        found = said.find(text.replace(" ", ""), at)
        assert found >= 0, text
        at = found + 1


def test_what_stands_on_every_page_is_not_read_again_and_again(
    worst_case: Document, rendered: Rendered, read_aloud: Callable[[bytes], list[str]]
) -> None:
    """Running heads, page numbers and the band of sample data are no part of the text."""
    said = " ".join(read_aloud(rendered(worst_case)))

    assert "Trang 1" not in said
    assert "DỮ LIỆU MẪU ·" not in said
    assert said.count(worst_case["transcript_code"]) == 2
