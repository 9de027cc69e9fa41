"""Transcripts to render: the example of the vectors, and the worst that the schema lets through."""

import copy
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest

from transcript_service.documents import places
from transcript_service.documents.render import render, rendering_identity
from verifier.canonical import canonical_json

EXAMPLE = Path(__file__).parents[2] / "vectors" / "transcript_example.json"
LONG_NAME = "Nguyễn Phước Quỳnh Hương Giang Tôn Nữ Thị Thủy Tiên Hoàng Thục Đoan Trang"
LONG_SCHOOL = (
    "Trường Phổ thông Dân tộc Bán trú Trung học cơ sở Nguyễn Thị Minh Khai và Võ Thị Sáu "
    "(cơ sở 2, dữ liệu mẫu)"
)
LONG_PLACE = "Đặc khu Trường Sa Lớn và các đảo Đông Nam Phượng Hoàng"
LONG_COMMENT = (
    "Nắm rất vững kiến thức, trình bày mạch lạc, biết vận dụng vào những tình huống thực tế của "
    "gia đình và địa phương; tích cực giúp đỡ bạn bè, chủ động tham gia các hoạt động chung của "
    "lớp. Cần đọc thêm sách tham khảo, rèn luyện tính cẩn thận khi tính toán và mạnh dạn nêu ý "
    "kiến trước tập thể nhiều hơn nữa."
)


def make_example() -> dict[str, Any]:
    """The example transcript, to be rendered with what is at hand."""
    document: dict[str, Any] = json.loads(EXAMPLE.read_bytes())
    document["rendering"].update(asdict(rendering_identity()))
    return document


def make_worst_case() -> dict[str, Any]:
    """Longest names and comments, 14 subjects, re-assessment, partial birth date, no father."""
    document = make_example()
    pupil, school, results = (document[part] for part in ("pupil", "school", "results"))
    pupil |= {"full_name": LONG_NAME, "birth_date": "2012-03", "father": None, "personal_id": None}
    pupil |= {"birth_place": LONG_PLACE, "current_address": f"{LONG_PLACE}, {LONG_SCHOOL}"}
    pupil["mother"] = {"full_name": LONG_NAME, "occupation": "Công nhân vệ sinh môi trường đô thị"}
    pupil["policy_category"] = "Con thương binh, con của người hưởng chính sách như thương binh"
    pupil["study_history"] = [
        {**entry, "school_name": LONG_SCHOOL, "commune": LONG_PLACE, "province": LONG_PLACE}
        for entry in pupil["study_history"] * 2
    ]
    school |= {"name": LONG_SCHOOL, "commune": LONG_PLACE, "province": LONG_PLACE}
    school |= {"district": "Huyện đảo Phượng Hoàng", "homeroom_teacher": LONG_NAME}
    school["principal"] = {"full_name": LONG_NAME, "title": "KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG"}
    extra = (
        ("foreign_language_2", "Ngoại ngữ 2 (Tiếng Tây Ban Nha)"),
        ("ethnic_language", "Tiếng dân tộc thiểu số (Tiếng Gia-rai)"),
    )
    template = results["subjects"][0]
    results["subjects"] += [{**template, "subject_code": c, "name": n} for c, n in extra]
    for subject in results["subjects"]:
        scored = subject["assessment"] == "score"
        subject |= {"comment": LONG_COMMENT, "teacher": LONG_NAME}
        subject |= {"full_year": "4.9" if scored else "Chưa đạt"}
        subject["after_reassessment"] = "10.0" if scored else "Đạt"
    document["confirmations"]["subject_teachers"] = [
        {
            "subject_code": subject["subject_code"],
            "full_name": LONG_NAME,
            "confirmed_at": "2026-05-25T20:00:00Z",
        }
        for subject in results["subjects"]
    ]
    document["confirmations"]["homeroom_teacher"]["full_name"] = LONG_NAME
    document["confirmations"]["corrections"] = [
        {
            "subject_code": "mathematics",
            "note": "sửa điểm cuối kì II từ 7,5 thành 8,5 theo bài kiểm tra",
        },
        {"subject_code": None, "note": "sửa số buổi nghỉ học có phép"},
    ]
    results |= {"homeroom_comment": LONG_COMMENT * 3, "principal_comment": LONG_COMMENT * 2}
    results |= {"conduct_after_summer": "Đạt", "academic_after_reassessment": "Đạt"}
    results |= {
        "promotion_status": "PROMOTED_AFTER_RETEST",
        "awards": ["Học sinh Giỏi", "Giấy khen của Chủ tịch Ủy ban nhân dân xã"],
    }
    results |= {"certificates": ["Chứng chỉ nghề phổ thông Tin học ứng dụng, loại Giỏi"] * 3}
    results |= {
        "competitions": ["Giải Nhì cuộc thi Khoa học kĩ thuật cấp tỉnh dành cho học sinh trung học"]
        * 4
    }
    document |= {
        "version": 2,
        "supersedes": {
            "version": 1,
            "document_digest": "0x" + "ab" * 32,
            "reason": LONG_COMMENT[:290],
        },
    }
    return document


def make_extreme() -> dict[str, Any]:
    """The longest words that the schema lets through, none of which can be hyphenated."""
    document = make_worst_case()
    pupil, school, results = (document[part] for part in ("pupil", "school", "results"))
    relative = {"full_name": "W" * 100, "occupation": "W" * 200}
    pupil |= {"full_name": "W" * 100, "birth_place": "Đ" * 200, "current_address": "Ơ" * 300}
    pupil |= {"ethnicity": "W" * 50, "student_code": "0" * 64, "register_number": "W" * 40}
    pupil |= {"father": relative, "mother": relative, "guardian": relative}
    for entry in pupil["study_history"]:
        entry |= {"class_name": "W" * 20, "school_name": "W" * 200}
    school |= {"name": "W" * 200, "school_code": "W" * 64, "class_name": "W" * 20}
    for subject in results["subjects"]:
        subject |= {"name": "W" * 100, "comment": "W" * 1000, "teacher": "W" * 100}
    results |= {"homeroom_comment": "W" * 1000, "principal_comment": "W" * 1000}
    results |= {"awards": ["W" * 200] * 20, "certificates": [], "competitions": []}
    document["confirmations"]["corrections"] = [{"subject_code": None, "note": "W" * 300}] * 60
    document["rendering"]["lookup_url"] = "https://" + "w" * 200
    return document


def text_of(pdf: bytes, *options: str) -> str:
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def words_of(pdf: bytes) -> str:
    """The text of all pages with single blanks, so that line breaks do not matter."""
    return " ".join(text_of(pdf).split())


def attachment_of(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return opened.attachments["transcript.json"].get_file().read_bytes()


def signature_links(pdf: bytes) -> dict[str, tuple[int, list[float]]]:
    """Field name -> page number from 1, rectangle in points."""
    found = {}
    with pikepdf.open(BytesIO(pdf)) as opened:
        for number, page in enumerate(opened.pages, start=1):
            for annotation in page.get("/Annots", []):
                uri = str(annotation.A.get("/URI", ""))
                if uri.startswith(places.LINK_PREFIX):
                    rectangle = [float(value) for value in annotation.Rect]
                    found[uri.removeprefix(places.LINK_PREFIX)] = (number, rectangle)
    return found


def word_boxes(pdf: bytes) -> list[tuple[float, float, list[tuple[Any, ...]]]]:
    """Per page: width, height, and the boxes of its words, from the top left in points."""
    pages = []
    for part in text_of(pdf, "-bbox").split("<page ")[1:]:
        width, height = (
            float(value) for value in re.findall(r'(?:width|height)="([\d.]+)"', part)[:2]
        )
        words = re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" '
            r'xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>',
            part,
        )
        boxes = [(*(float(value) for value in box), word) for *box, word in words]
        pages.append((width, height, boxes))
    return pages


@pytest.fixture
def example() -> dict[str, Any]:
    return make_example()


@pytest.fixture
def worst_case() -> dict[str, Any]:
    return make_worst_case()


@pytest.fixture
def extreme() -> dict[str, Any]:
    return make_extreme()


@pytest.fixture(scope="session")
def rendered() -> Callable[[dict[str, Any]], bytes]:
    """Render a transcript given as an object; the same one only once."""
    seen: dict[bytes, bytes] = {}

    def make(document: dict[str, Any]) -> bytes:
        data = canonical_json(copy.deepcopy(document))
        if data not in seen:
            seen[data] = render(data)
        return seen[data]

    return make


@pytest.fixture(scope="session")
def fresh() -> Callable[[], dict[str, Any]]:
    """Make an example transcript, for tests that need many of them."""
    return make_example


@pytest.fixture(scope="session")
def look() -> SimpleNamespace:
    """What can be seen of a PDF, as poppler and pikepdf see it."""
    return SimpleNamespace(
        text=text_of,
        words=words_of,
        boxes=word_boxes,
        attachment=attachment_of,
        signature_links=signature_links,
    )
