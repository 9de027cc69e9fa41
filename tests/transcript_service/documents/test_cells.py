"""No text leaves its cell, whatever stands in it: lines as drawn, words as poppler finds them."""

from collections.abc import Callable, Iterator
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import pytest

from tests.transcript_service.documents.cells import Box, Cell, cell_around, crosses, lines_of

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
EXTREME = ["extreme", "thpt_extreme"]
ZERO_WIDTH_SPACE = "\u200b"
LEAST_OVERLAP = 1.0
"""Points: boxes of neighbouring lines may touch."""

pytestmark = pytest.mark.judge


def words_of(look: Look, pdf: bytes) -> list[list[tuple[Box, str]]]:
    """Per page the boxes of its words, as `pdftotext -bbox` tells them."""
    return [
        [(Box(*corners), word) for *corners, word in words] for _w, _h, words in look.boxes(pdf)
    ]


def printed(value: str | None) -> str:
    return {None: "—", "Đạt": "Đ", "Chưa đạt": "CĐ"}.get(value, (value or "").replace(".", ","))


def expected_row(subject: Document, document: Document) -> list[str]:
    """What must stand in the cells of a subject's row, without blanks."""
    status = subject["assessment_status"]
    if status == "not_taken":
        return [subject["name"], *"————", "Không học"]
    notes = {
        "exempt": "Được miễn học",
        "partially_exempt": "Được miễn một phần",
        "inclusive_education": "Đánh giá theo kế hoạch giáo dục cá nhân",
    }
    name = subject["name"] + notes.get(status, "")
    name += "Có chuyên đề học tập" if subject.get("study_topics") else ""
    values = [subject[key] for key in ("term_1", "term_2", "full_year", "after_reassessment")]
    marks = ["Miễn"] if status == "exempt" else [printed(value) for value in values]
    acts = document["confirmations"]["subject_teachers"]
    act = next(act for act in acts if act["subject_code"] == subject["subject_code"])
    day, month = act["confirmed_at"][8:10], act["confirmed_at"][5:7]
    if act["confirmed_at"][11:13] >= "17":  # the next day in Viet Nam
        day = f"{int(day) + 1:02d}"
    confirmed = f"{act['full_name']}, xác nhận {day}/{month}/2026"
    return [name, *marks, subject["comment"] + confirmed]


def rows_of(look: Look, pdf: bytes) -> Iterator[list[str]]:
    """The rows of all tables, page by page from the top: the text of each cell without blanks."""
    for words, lines in zip(words_of(look, pdf), lines_of(pdf), strict=True):
        cells: dict[Cell, str] = {}
        for box, word in words:
            cell = cell_around(box, lines)
            if cell is not None:
                cells[cell] = cells.get(cell, "") + word.replace(ZERO_WIDTH_SPACE, "")
        heights = sorted({(cell.top, cell.bottom) for cell in cells})
        for height in heights:
            yield [cells[cell] for cell in sorted(cells) if (cell.top, cell.bottom) == height]


@pytest.mark.parametrize("kind", [*KINDS, *EXTREME])
def test_no_line_runs_through_a_word(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """A word that leaves its cell crosses what the cell is drawn with."""
    pdf = rendered(request.getfixturevalue(kind))
    found = 0

    for words, lines in zip(words_of(look, pdf), lines_of(pdf), strict=True):
        found += len(lines.vertical)
        for box, word in words:
            for line in (*lines.vertical, *lines.horizontal):
                assert not crosses(box, line), word

    assert found > 10


@pytest.mark.parametrize("kind", [*KINDS, *EXTREME])
def test_no_word_is_printed_over_another(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """Nor where no line is drawn; a name of a hundred Ws is set smaller at the page's head."""
    for words in words_of(look, rendered(request.getfixturevalue(kind))):
        for (one, word), (other, next_word) in combinations(words, 2):
            across = min(one.x1, other.x1) - max(one.x0, other.x0)
            down = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert min(across, down) < LEAST_OVERLAP, (word, next_word)


@pytest.mark.parametrize("kind", [*KINDS, *EXTREME])
def test_each_cell_of_page_a_holds_its_value_and_nothing_else(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest, look: Look
) -> None:
    """Name, marks, comment and confirmation of a subject, each between its own four lines."""
    document = request.getfixturevalue(kind)

    found = list(rows_of(look, rendered(document)))

    for subject in document["results"]["subjects"]:
        row = [text.replace(" ", "") for text in expected_row(subject, document)]
        assert row in found
