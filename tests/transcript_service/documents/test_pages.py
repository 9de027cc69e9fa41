"""What people read on the pages of a rendered transcript, and where it stands."""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcript_service.documents import places
from transcript_service.documents.render import render
from verifier.canonical import canonical_json

Document = dict[str, Any]
Rendered = Callable[[Document], bytes]
Look = SimpleNamespace
KINDS = [
    "example",
    "special",
    "worst_case",
    "thpt_example",
    "thpt_last_grade",
    "thpt_crowded",
    "thpt_worst_case",
]


def without_blanks(text: str) -> str:
    """Leave out what may stand, or break a line, between the letters of a long word."""
    return "".join(text.replace("\u200b", "").split())


def printed_values(document: Document) -> Iterator[str]:
    """Every value that must be readable on paper, as it is printed."""
    pupil, school, results = (document[part] for part in ("pupil", "school", "results"))
    plain = ("sex", "birth_place", "ethnicity", "nationality", "current_address", "student_code")
    yield from (pupil[key] for key in plain)
    yield from (pupil["full_name"], pupil["full_name"].upper(), document["transcript_code"])
    optional = ("policy_category", "personal_id", "register_number")
    yield from (pupil[key] for key in optional if pupil[key])
    for relative in (pupil["father"], pupil["mother"], pupil["guardian"]):
        yield from (value for value in (relative or {}).values() if value)
    for entry in pupil["study_history"]:
        yield entry["school_year"].replace("-", "–")
        yield ", ".join((entry["school_name"], entry["commune"], entry["province"]))
    yield from (school[key] for key in ("name", "school_code", "commune", "province", "class_name"))
    yield school["district"] or ""
    yield school["principal"]["full_name"]
    yield from (part.strip() for part in school["principal"]["title"].split("/"))
    for subject in results["subjects"]:
        yield from (subject["name"], subject["comment"], subject["teacher"] or "")
    yield from (results["homeroom_comment"], results["principal_comment"])
    yield from (*results["awards"], *results["certificates"], *results["competitions"])
    yield document["confirmations"]["homeroom_teacher"]["full_name"]
    yield from (correction["note"] for correction in document["confirmations"]["corrections"])
    yield document["rendering"]["place"]
    if document["supersedes"]:
        yield document["supersedes"]["document_digest"][2:]
        yield document["supersedes"]["reason"]


@pytest.mark.parametrize("kind", [*KINDS, "extreme", "thpt_extreme"])
def test_both_signature_places_stand_on_the_approval_page(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """The seal covers the left third of the principal's signature; name and title are near."""
    document = request.getfixturevalue(kind)
    pdf = rendered(document)

    links = look.signature_links(pdf)

    year = document["school_year"]
    assert set(links) == {places.principal_field(year), places.seal_field(year)}
    page, principal = links[places.principal_field(year)]
    seal_page, seal = links[places.seal_field(year)]
    assert page == seal_page
    assert principal[2] - principal[0] == pytest.approx(places.PRINCIPAL_WIDTH_PT, abs=0.01)
    assert principal[3] - principal[1] == pytest.approx(places.PRINCIPAL_HEIGHT_PT, abs=0.01)
    assert seal[2] - seal[0] == pytest.approx(places.SEAL_SIDE_PT, abs=0.01)
    assert seal[3] - seal[1] == pytest.approx(places.SEAL_SIDE_PT, abs=0.01)
    covered = seal[2] - principal[0]
    assert covered == pytest.approx(places.PRINCIPAL_COVERED_WIDTH_PT, abs=0.01)
    on_page = look.text(pdf, "-f", str(page), "-l", str(page))
    assert "NHẬN XÉT, PHÊ DUYỆT CỦA HIỆU TRƯỞNG" in on_page
    assert without_blanks(document["school"]["principal"]["full_name"]) in without_blanks(on_page)
    assert f"xem trang {page}" in look.words(pdf)


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_lies_where_signature_and_seal_will_be_drawn(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """Looks are opaque in part: nothing may hide below them."""
    document = request.getfixturevalue(kind)
    pdf = rendered(document)

    boxes = look.boxes(pdf)

    for page, (left, bottom, right, top) in look.signature_links(pdf).values():
        width, height, words = boxes[page - 1]
        assert width > right
        for x0, y0, x1, y1, word in words:
            apart = x1 <= left or x0 >= right or height - y0 <= bottom or height - y1 >= top
            assert apart, word


@pytest.mark.parametrize("kind", [*KINDS, "extreme", "thpt_extreme"])
def test_every_value_is_printed(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """What is in the data is on paper, even when it is as long as it may be."""
    document = request.getfixturevalue(kind)

    printed = without_blanks(look.text(rendered(document), "-raw"))

    for value in printed_values(document):
        assert without_blanks(value) in printed, value


@pytest.mark.parametrize("kind", [*KINDS, "extreme", "thpt_extreme"])
def test_no_text_leaves_the_type_area(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """Margins of 18 mm left and right hold whatever is set."""
    margin = 18 * 72 / 25.4 - 0.5

    for width, height, words in look.boxes(rendered(request.getfixturevalue(kind))):
        assert (width, height) == pytest.approx((595.28, 841.89), abs=0.01)
        for x0, y0, x1, y1, word in words:
            assert x0 >= margin, word
            assert x1 <= width - margin, word
            assert y0 >= 15, word
            assert y1 <= height - 15, word


def test_every_page_has_its_number_the_code_and_the_sample_band(
    worst_case: Document, rendered: Rendered, look: Look
) -> None:
    """Loose sheets must be told apart, and sample data never pass for real ones."""
    pages = look.text(rendered(worst_case)).split("\f")[:-1]

    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        words = " ".join(page.split())
        assert f"Trang {number}/{len(pages)}" in words
        assert worst_case["transcript_code"] in words
        assert worst_case["pupil"]["full_name"].upper() in words.upper()
        assert "DỮ LIỆU MẪU" in words


def test_a_real_transcript_does_not_say_sample(
    example: Document, rendered: Rendered, look: Look
) -> None:
    """The band belongs to sample data only."""
    example["sample"] = False
    example["school"]["name"] = "Trường THCS Hoa Phượng"
    example["pupil"]["study_history"] = []

    assert "MẪU" not in look.words(rendered(example)).replace(" ", "").upper()


def test_scores_have_a_decimal_comma_and_comment_subjects_their_letters(
    example: Document, rendered: Rendered, look: Look
) -> None:
    """8.7 is printed 8,7; Đạt and Chưa đạt are Đ and CĐ."""
    example["results"]["subjects"][-1] |= {"term_1": "Chưa đạt"}

    printed = look.text(rendered(example), "-layout", "-f", "2", "-l", "2")

    assert re.search(r"Toán\s+8,7\s+9,0\s+8,9\s+—", printed)
    assert re.search(r"CĐ\s+Đ\s+Đ\s+—", printed)
    assert not re.search(r"\d\.\d", printed)


LINES = (
    r"Được lên lớp: (.*?) "
    r"Được lên lớp sau khi đánh giá lại môn học hoặc rèn luyện trong hè: (.*?) "
    r"Không được lên lớp: (.*?) "
    r"Hoàn thành hay không hoàn thành chương trình trung học cơ sở: (.*?) "
    r"Chứng chỉ"
)


@pytest.mark.parametrize(
    ("status", "grade", "completed", "filled", "answer"),
    [
        ("PROMOTED", 8, None, 0, "Lớp 9"),
        ("PROMOTED", 9, True, 0, "Hoàn thành chương trình lớp 9"),
        ("PROMOTED_AFTER_RETEST", 7, None, 1, "Lớp 8 (sau khi đánh giá lại môn học)"),
        ("PROMOTED_AFTER_SUMMER", 6, None, 1, "Lớp 7 (sau khi rèn luyện trong kì nghỉ hè)"),
        ("RETEST", 8, None, 1, "Chưa xét: phải kiểm tra, đánh giá lại môn học"),
        ("SUMMER_TRAINING", 8, None, 1, "Chưa xét: phải rèn luyện trong kì nghỉ hè"),
        ("REPEAT", 9, False, 2, "Học lại lớp 9"),
    ],
)
def test_exactly_one_promotion_line_is_filled(
    example: Document,
    rendered: Rendered,
    status: str,
    grade: int,
    completed: bool | None,
    filled: int,
    answer: str,
    look: Look,
) -> None:
    """The other two are crossed out with a dash, as on paper."""
    example["results"] |= {"promotion_status": status, "program_completed": completed}
    example["school"]["grade"] = grade

    found = re.search(LINES, look.words(rendered(example)))

    assert found
    expected = ["—", "—", "—"]
    expected[filled] = answer
    assert list(found.groups()[:3]) == expected
    assert found[4] == {None: "—", True: "Hoàn thành", False: "Không hoàn thành"}[completed]


@pytest.mark.parametrize(
    ("moment", "printed"),
    [("2026-05-27T16:59:59Z", "27/05/2026"), ("2026-05-27T17:00:00Z", "28/05/2026")],
)
def test_moments_are_printed_as_the_date_in_viet_nam(
    example: Document, rendered: Rendered, moment: str, printed: str, look: Look
) -> None:
    """Stored times are UTC; people read UTC+7."""
    example["confirmations"]["homeroom_teacher"]["confirmed_at"] = moment

    assert f"Đã xác nhận ngày {printed}" in look.words(rendered(example))


@pytest.mark.parametrize(
    ("birth_date", "printed"),
    [("2012-03-14", "14/03/2012"), ("2012-03", "03/2012"), ("2012", "2012")],
)
def test_a_partial_birth_date_is_printed_as_far_as_it_is_known(
    example: Document, rendered: Rendered, birth_date: str, printed: str, look: Look
) -> None:
    """Nothing is invented for a day that the register does not have."""
    example["pupil"]["birth_date"] = birth_date

    page = look.text(rendered(example), "-layout", "-f", "1", "-l", "1")

    assert re.search(rf"Ngày, tháng, năm sinh:\s+{printed}\s", page)


def test_an_exempt_subject_says_so(example: Document, rendered: Rendered, look: Look) -> None:
    """Exempt subjects have no marks, and must not look forgotten."""
    example["results"]["subjects"][8] |= {
        "assessment_status": "exempt",
        "term_1": None,
        "term_2": None,
        "full_year": None,
    }

    assert "Được miễn học" in look.words(rendered(example))


@settings(max_examples=15, deadline=None)
@given(
    comment=st.text(alphabet="aáạ ơưđ.,;#*_$[]{}\\/<>@&%\"'`~=+-1", max_size=300).map(str.strip),
    name=st.text(alphabet="AÁẠƠƯĐaé -#*_[]$'", min_size=1, max_size=60).map(str.strip),
)
def test_text_is_printed_as_it_is_whatever_it_means_to_typst(
    fresh: Callable[[], Document], look: Look, comment: str, name: str
) -> None:
    """Markup in the data is data: no injection into the template."""
    document = fresh()
    document["results"]["homeroom_comment"] = comment
    document["pupil"]["full_name"] = name or "A"

    pdf = render(canonical_json(document))

    assert "".join(comment.split()) in look.words(pdf).replace(" ", "")
    assert look.attachment(pdf) == canonical_json(document)
