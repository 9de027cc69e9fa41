"""Transcripts to render: the example of the vectors, and the worst that the schema lets through."""

import copy
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from html import unescape
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest

from transcript_service.documents import places
from transcript_service.documents.render import YEAR_TEMPLATES, render, rendering_identity
from verifier.canonical import canonical_json

VECTORS = Path(__file__).parents[2] / "vectors"
EXAMPLE = VECTORS / "transcript_example.json"
THPT_EXAMPLE = VECTORS / "transcript_thpt_example.json"


def to_render(path: Path) -> dict[str, Any]:
    """A transcript of the vectors, to be rendered with what is at hand."""
    document: dict[str, Any] = json.loads(path.read_bytes())
    identity = rendering_identity(YEAR_TEMPLATES[document["level"]])
    document["rendering"].update(asdict(identity))
    return document


def frozen(name: str) -> dict[str, Any]:
    """One of the frozen transcripts, such as `thcs-year-2.long`."""
    return to_render(VECTORS / "rendering" / f"{name}.transcript.json")


def make_example() -> dict[str, Any]:
    return to_render(EXAMPLE)


def make_extreme(document: dict[str, Any]) -> dict[str, Any]:
    """All texts as long as the schema lets them be, of the broadest letters, without a blank."""
    pupil, school, results = (document[part] for part in ("pupil", "school", "results"))
    relative = {"full_name": "W" * 100, "occupation": "W" * 200}
    pupil |= {"full_name": "W" * 100, "birth_place": "Đ" * 200, "current_address": "Ơ" * 300}
    pupil |= {"ethnicity": "W" * 50, "student_code": "0" * 64, "register_number": "W" * 40}
    pupil |= {"nationality": "W" * 50, "policy_category": "W" * 200}
    pupil |= {"father": relative, "mother": relative, "guardian": relative}
    for entry in pupil["study_history"]:
        entry |= {"class_name": "W" * 20, "school_name": "W" * 200}
        entry |= {"commune": "W" * 200, "province": "W" * 200}
    school |= {"name": "W" * 200, "school_code": "W" * 64, "class_name": "W" * 20}
    school |= {"commune": "W" * 200, "district": "W" * 200, "province": "W" * 200}
    school["principal"] = {"full_name": "W" * 100, "title": "W" * 60}
    document["confirmations"]["homeroom_teacher"]["full_name"] = "W" * 100
    document["supersedes"]["reason"] = "W" * 300
    for subject in results["subjects"]:
        subject["name"] = "W" * 100
        if subject["assessment_status"] != "not_taken":
            subject |= {"comment": "W" * 1000, "teacher": "W" * 100}
    results |= {"homeroom_comment": "W" * 1000, "principal_comment": "W" * 1000}
    results |= {"awards": ["W" * 200] * 20, "certificates": ["W" * 200] * 20}
    results["competitions"] = ["W" * 200] * 40
    document["confirmations"]["corrections"] = [{"subject_code": None, "note": "W" * 300}] * 60
    document["rendering"] |= {"lookup_url": "https://" + "w" * 280, "place": "W" * 200}
    return document


def make_special() -> dict[str, Any]:
    """A foreigner with a plan of his own, exempt from a subject, of a form of four years."""
    document = make_example()
    pupil, subjects = document["pupil"], document["results"]["subjects"]
    pupil |= {"full_name": "K'Brơi", "personal_id": None, "nationality": "Cộng hòa Nam Phi"}
    pupil["study_history"] = [
        {**pupil["study_history"][0], "school_year": f"{year}-{year + 1}"}
        for year in range(2022, 2026)
    ]
    for subject in subjects:
        subject["assessment_status"] = "inclusive_education"
    subjects[8] |= {"assessment_status": "exempt", "term_1": None, "term_2": None}
    subjects[8]["full_year"] = None
    return document


def make_crowded() -> dict[str, Any]:
    """Seventeen subjects with marks and study topics, some of them 10."""
    document = to_render(THPT_EXAMPLE)
    acts = document["confirmations"]["subject_teachers"]
    marks = {"term_1": "6.5", "term_2": "10.0", "full_year": "8.8", "after_reassessment": "10.0"}
    for subject in document["results"]["subjects"]:
        code, taken = subject["subject_code"], subject["assessment_status"] != "not_taken"
        if taken or code in {"music", "fine_arts"}:
            continue
        subject |= {"assessment_status": "normal", "study_topics": True, "teacher": "H'Hen Niê"}
        subject |= {"comment": "Chăm chỉ, tiến bộ rõ rệt; cần luyện thêm ở nhà.", **marks}
        acts.append({**acts[0], "subject_code": code, "full_name": "H'Hen Niê"})
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
    """Per page: width, height, and the boxes of its words as set, from the top left in points."""
    pages = []
    for part in text_of(pdf, "-raw", "-bbox").split("<page ")[1:]:
        width, height = (
            float(value) for value in re.findall(r'(?:width|height)="([\d.]+)"', part)[:2]
        )
        words = re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" '
            r'xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>',
            part,
        )
        boxes = [(*(float(value) for value in box), unescape(word)) for *box, word in words]
        pages.append((width, height, boxes))
    return pages


@pytest.fixture
def example() -> dict[str, Any]:
    return make_example()


@pytest.fixture
def worst_case() -> dict[str, Any]:
    """Longest names and comments, 14 subjects, re-assessment, partial birth date, no father."""
    return frozen("thcs-year-2.long")


@pytest.fixture
def extreme() -> dict[str, Any]:
    return make_extreme(frozen("thcs-year-2.long"))


@pytest.fixture
def thpt_example() -> dict[str, Any]:
    return to_render(THPT_EXAMPLE)


@pytest.fixture
def thpt_last_grade() -> dict[str, Any]:
    """Grade 12, programme completed, exempt from a subject."""
    return frozen("thpt-year-2.last-grade")


@pytest.fixture
def thpt_worst_case() -> dict[str, Any]:
    """As `worst_case`; 14 of 19 subjects taken."""
    return frozen("thpt-year-2.long")


@pytest.fixture
def special() -> dict[str, Any]:
    return make_special()


@pytest.fixture
def thpt_crowded() -> dict[str, Any]:
    return make_crowded()


@pytest.fixture
def thpt_extreme() -> dict[str, Any]:
    return make_extreme(frozen("thpt-year-2.long"))


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
