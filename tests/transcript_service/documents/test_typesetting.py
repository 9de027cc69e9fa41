"""How pages are set: what is kept together, what is aligned, what a long name does."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

Document = dict[str, Any]
Rendered = Callable[[Document], bytes]
Look = SimpleNamespace

SUBJECTS_HEAD = "Nhận xét sự tiến bộ"
HISTORY_HEAD = "Xác nhận của Hiệu trưởng (nhập học, chuyển đến)"
A_MARK = re.compile(r"\d{1,2},\d")
MARK_COLUMNS = 4
STRAY_MARKS = 3
"""Marks that a sentence names stand anywhere."""

pytestmark = pytest.mark.judge


def pages_of(look: Look, pdf: bytes) -> list[str]:
    """The words of each page, with single blanks."""
    return [" ".join(page.split()) for page in look.text(pdf, "-raw").split("\f")[:-1]]


def with_comments(document: Document, repeats: int, *, odd: int = 0) -> Document:
    """Let each teacher say something *repeats* times, every second one *odd* times more."""
    taken = [s for s in document["results"]["subjects"] if s["assessment_status"] != "not_taken"]
    for number, subject in enumerate(taken):
        times = repeats + number % 2 * odd
        subject["comment"] = " ".join(["Chăm chỉ, tiến bộ rõ rệt;"] * times)
    return document


@pytest.mark.parametrize("repeats", range(4, 17))
@pytest.mark.parametrize("kind", ["example", "thpt_example"])
def test_the_confirmations_of_page_a_never_stand_without_rows(
    kind: str, repeats: int, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """However far down the page the table reaches, two rows go with what is signed below it."""
    document = with_comments(request.getfixturevalue(kind), repeats)

    pages = pages_of(look, rendered(document))

    (signed,) = (page for page in pages if "XÁC NHẬN CỦA GIÁO VIÊN CHỦ NHIỆM" in page)
    assert "XÁC NHẬN CỦA HIỆU TRƯỞNG" in signed
    assert SUBJECTS_HEAD in signed
    rows = signed.count("xác nhận 25/05/2026") + signed.count("Không học")
    assert rows >= 2


@pytest.mark.parametrize("corrections", [*range(7), 40, 41, 42, 43, 60])
def test_however_many_corrections_the_confirmations_stand_below_the_last(
    corrections: int, example: Document, rendered: Rendered, look: Look
) -> None:
    """A few are one sentence, many are a list that flows on."""
    noted = [f"sửa lần thứ {number} theo bài kiểm tra" for number in range(1, corrections + 1)]
    example["confirmations"]["corrections"] = [
        {"subject_code": "mathematics", "note": note} for note in noted
    ]

    pages = pages_of(look, rendered(example))

    (signed,) = (page for page in pages if "XÁC NHẬN CỦA HIỆU TRƯỞNG" in page)
    assert f"có sửa chữa ở {corrections} chỗ" in " ".join(pages)
    assert all(f"Toán ({note})" in " ".join(pages) for note in noted)
    assert signed.index(noted[-1] if noted else "0 chỗ") < signed.index("XÁC NHẬN CỦA GIÁO VIÊN")


@pytest.mark.parametrize("years", range(21))
def test_the_principals_block_of_the_identity_page_never_stands_without_rows(
    years: int, example: Document, rendered: Rendered, look: Look
) -> None:
    """The study history, however long, has its last years on the page of that block."""
    entry = example["pupil"]["study_history"][0]
    example["pupil"]["study_history"] = [
        entry | {"school_year": f"{2000 + year}-{2001 + year}"} for year in range(years)
    ]

    pages = pages_of(look, rendered(example))

    identity = pages[: next(n for n, page in enumerate(pages) if "THEO MÔN HỌC" in page)]
    (signed,) = (page for page in identity if "HIỆU TRƯỞNG Đã ký số" in page)
    assert "Hướng dẫn sử dụng học bạ." in signed
    assert len(re.findall(r"20\d\d–20\d\d \d?A?1? ?\d?A1 Trường", signed)) >= min(years, 2)
    assert all(HISTORY_HEAD in page for page in identity)


def test_a_long_school_name_and_a_correction_leave_the_identity_page_on_one_page(
    example: Document, rendered: Rendered, look: Look
) -> None:
    """Set more tightly, as the page of marks."""
    example["school"]["name"] = (
        "Trường Phổ thông Dân tộc Nội trú Nguyễn Thị Minh Khai " * 3 + "cơ sở 2"
    )
    example["school"]["principal"]["title"] = "KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG"
    digest = "0x" + "ab" * 32
    example["version"] = 2
    example["supersedes"] = {"version": 1, "document_digest": digest, "reason": "Phúc khảo"}

    assert len(pages_of(look, rendered(example))) == 3


@pytest.mark.parametrize("years", [0, 1, 2, 20])
def test_an_identity_that_fills_its_page_leaves_the_history_to_the_next(
    years: int, extreme: Document, rendered: Rendered, look: Look
) -> None:
    """The title of the history goes with its first row, and the principal's block with its last."""
    extreme["pupil"]["study_history"] = (extreme["pupil"]["study_history"] * 20)[:years]

    pages = pages_of(look, rendered(extreme))

    (begun,) = (page for page in pages if "QUÁ TRÌNH HỌC TẬP" in page)
    (signed,) = (page for page in pages if "Hướng dẫn sử dụng học bạ." in page)
    assert signed.count("Đã ký số, xem trang") >= 2  # of a row, and the block's own
    assert HISTORY_HEAD in begun
    assert HISTORY_HEAD in signed
    assert "Họ và tên cha" not in begun


@pytest.mark.parametrize("lines", range(0, 40, 3))
def test_a_comment_on_page_b_is_not_parted_from_its_writer(
    lines: int, example: Document, rendered: Rendered, look: Look
) -> None:
    """Title, comment, and who confirmed it: on one page, wherever the page ends."""
    example["results"]["competitions"] = [
        "Giải Nhì cuộc thi Khoa học kĩ thuật cấp tỉnh, bảng A"
    ] * lines
    example["results"]["homeroom_comment"] = "Ngoan, chăm học, hòa đồng. " * 30 + "Hết."

    pages = pages_of(look, rendered(example))

    for page in pages:
        assert ("Nhận xét của giáo viên chủ nhiệm".upper() in page) == (" Hết." in page)
        assert (" Hết. GIÁO VIÊN CHỦ NHIỆM Đã xác nhận" in page) == (" Hết." in page)
        approved = "NHẬN XÉT, PHÊ DUYỆT CỦA HIỆU TRƯỞNG Đồng ý" in page
        assert approved == ("Phường Hoa Phượng, ngày 30 tháng 5 năm 2026 HIỆU TRƯỞNG Lê" in page)


@pytest.mark.parametrize("kind", ["worst_case", "thpt_worst_case", "extreme"])
def test_a_table_that_breaks_repeats_its_head(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """No page has rows whose columns have no names."""
    pages = pages_of(look, rendered(request.getfixturevalue(kind)))

    with_marks = [page for page in pages if "xác nhận 26/05/2026" in page]
    assert len(with_marks) > 1
    assert all(SUBJECTS_HEAD in page for page in with_marks)


@pytest.mark.parametrize(
    ("kind", "repeats", "odd"), [("example", 2, 0), ("example", 5, 1), ("thpt_example", 4, 1)]
)
def test_usual_comments_leave_page_a_on_one_page(
    kind: str,
    repeats: int,
    odd: int,
    rendered: Rendered,
    request: pytest.FixtureRequest,
    look: Look,
) -> None:
    """Set at ease when there is room, more tightly when that saves a page."""
    pages = pages_of(look, rendered(with_comments(request.getfixturevalue(kind), repeats, odd=odd)))

    assert len(pages) == 3
    assert "KẾT QUẢ HỌC TẬP THEO MÔN HỌC" in pages[1]
    assert "XÁC NHẬN CỦA HIỆU TRƯỞNG" in pages[1]


@pytest.mark.parametrize("kind", ["thpt_crowded", "worst_case"])
def test_marks_stand_with_their_decimal_commas_one_below_the_other(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """8,7 and 10,0 in one column: all have one decimal of the same width, so their ends tell."""
    columns: dict[int, list[str]] = {}
    for _width, _height, words in look.boxes(rendered(request.getfixturevalue(kind))):
        for _x0, _y0, x1, _y1, word in words:
            if A_MARK.fullmatch(word):
                columns.setdefault(round(x1 * 5), []).append(word)

    marks_by_column = [marks for marks in columns.values() if len(marks) > STRAY_MARKS]
    assert len(marks_by_column) == MARK_COLUMNS
    assert any("10,0" in marks for marks in marks_by_column)


@pytest.mark.parametrize(
    "name",
    [
        "Ánh",
        "H'Hen Niê",
        "K'Brơi",
        "Y Êban Ñuôl",
        "Nguyễn Thị Minh An",
        "Nguyễn Phước Quỳnh Hương Giang",
        "Tôn Nữ Thị Thủy Tiên Hoàng",
        "Jean-Baptiste O’Connor-Ångström",
        "Nguyễn Phước Quỳnh Hương Giang Tôn Nữ Thị Thủy Tiên Hoàng Thục Đoan Trang",
    ],
)
def test_a_name_is_whole_on_every_page(
    name: str, example: Document, rendered: Rendered, look: Look
) -> None:
    """One word or many, of an ethnic minority or from abroad: never cut, never hyphenated."""
    example["pupil"]["full_name"] = name

    first, *others = pages_of(look, rendered(example))

    assert f"Họ và tên: {name.upper()} " in first
    assert len(others) == 2
    for page in others:
        assert f"Họ và tên: {name} Lớp: 8A1" in page
        assert re.search(f"Năm học 2025–2026 Lớp 8A1 (· )?{re.escape(name)} ", page)
