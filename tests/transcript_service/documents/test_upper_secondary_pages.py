"""What differs between the levels: chosen subjects, study topics, optional ones, the last grade."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

Document = dict[str, Any]
Rendered = Callable[[Document], bytes]
Look = SimpleNamespace

LINES = (
    r"Được lên lớp: (.*?) "
    r"Được lên lớp sau khi đánh giá lại môn học hoặc rèn luyện trong hè: (.*?) "
    r"Không được lên lớp: (.*?) "
    r"Hoàn thành hay không hoàn thành chương trình trung học phổ thông: (.*?) "
    r"Chứng chỉ"
)


@pytest.mark.parametrize(
    ("status", "grade", "completed", "filled", "answer"),
    [
        ("PROMOTED", 10, None, 0, "Lớp 11"),
        ("PROMOTED", 12, True, 0, "Hoàn thành chương trình lớp 12"),
        ("PROMOTED_AFTER_RETEST", 11, None, 1, "Lớp 12 (sau khi đánh giá lại môn học)"),
        ("PROMOTED_AFTER_SUMMER", 10, None, 1, "Lớp 11 (sau khi rèn luyện trong kì nghỉ hè)"),
        ("RETEST", 12, None, 1, "Chưa xét: phải kiểm tra, đánh giá lại môn học"),
        ("SUMMER_TRAINING", 12, None, 1, "Chưa xét: phải rèn luyện trong kì nghỉ hè"),
        ("REPEAT", 12, False, 2, "Học lại lớp 12"),
    ],
)
def test_exactly_one_promotion_line_is_filled(
    thpt_example: Document,
    rendered: Rendered,
    status: str,
    grade: int,
    completed: bool | None,
    filled: int,
    answer: str,
    look: Look,
) -> None:
    """Grades 10 and 11 lead on, grade 12 completes the programme."""
    thpt_example["results"] |= {"promotion_status": status, "program_completed": completed}
    thpt_example["school"]["grade"] = grade

    found = re.search(LINES, look.words(rendered(thpt_example)))

    assert found
    expected = ["—", "—", "—"]
    expected[filled] = answer
    assert list(found.groups()[:3]) == expected
    assert found[4] == {None: "—", True: "Hoàn thành", False: "Không hoàn thành"}[completed]


def test_the_pages_name_their_level_on_every_page(
    thpt_example: Document, rendered: Rendered, look: Look
) -> None:
    """Nothing that is shared with lower secondary school says so."""
    pages = look.text(rendered(thpt_example)).split("\f")[:-1]

    assert "TRUNG HỌC PHỔ THÔNG" in pages[0]
    assert "Số: 1101/THPT" in " ".join(pages[0].split())
    for page in pages[1:]:
        assert "Học bạ trung học phổ thông" in page
    assert not re.search("trung học cơ sở|THCS", "".join(pages), re.IGNORECASE)


def test_subjects_that_are_not_taken_are_crossed_out(
    thpt_example: Document, rendered: Rendered, look: Look
) -> None:
    """A row without marks must not look forgotten."""
    page = look.text(rendered(thpt_example), "-layout", "-f", "2", "-l", "2")

    assert re.search(r"Địa lí +— +— +— +— +Không học", page)
    assert len(re.findall("Không học", page)) == 7
    assert page.count("Có chuyên đề học tập") == 3


@pytest.mark.parametrize(("kind", "level"), [("example", "THCS"), ("thpt_example", "THPT")])
def test_the_school_is_named_once(
    kind: str, level: str, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """A label "Trường" before "Trường THPT …" would say it twice."""
    pdf = rendered(request.getfixturevalue(kind))

    page = " ".join(look.text(pdf, "-f", "3", "-l", "3").split())

    assert f"Nơi học: Trường {level} Hoa Phượng" in page
    assert "Trường: Trường" not in page


def test_optional_subjects_that_lower_secondary_pupils_do_not_take_are_crossed_out(
    example: Document, rendered: Rendered, look: Look
) -> None:
    """The form has their rows; the data of that level name only what is taught."""
    page = look.text(rendered(example), "-layout", "-f", "2", "-l", "2")
    example["results"]["subjects"][0] |= {"subject_code": "ethnic_language", "name": "Tiếng Khmer"}
    with_khmer = look.text(rendered(example), "-layout", "-f", "2", "-l", "2")

    assert re.search(r"Ngoại ngữ 2 +— +— +— +— +Không học", page)
    assert re.search(r"Tiếng dân tộc thiểu số +— +— +— +— +Không học", page)
    assert "Tiếng dân tộc thiểu số" not in with_khmer
    assert with_khmer.count("Không học") == 1
