"""Reading transcript.json of upper secondary level strictly."""

import copy
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.documents import entry_of, make_pdf, make_transcript
from tests.verifier.outcomes import PASSED, outcome
from verifier.canonical import canonical_json
from verifier.errors import InvalidFormat
from verifier.transcript import check_transcript, parse_transcript

VECTORS = Path(__file__).parents[1] / "vectors"
EXAMPLE_FILE = VECTORS / "transcript_thpt_example.json"
EXAMPLE = EXAMPLE_FILE.read_bytes()
ROWS = {
    row["subject_code"]: number
    for number, row in enumerate(json.loads(EXAMPLE)["results"]["subjects"])
}


def changed(path: str, value: object) -> bytes:
    """Write the example with another value at *path*; `[physics]` stands for a subject's row."""
    document = json.loads(EXAMPLE)
    place = document
    *steps, last = re.findall(r"[^.\[\]]+", path)
    for step in steps:
        place = place[ROWS.get(step, step)]
    place[last] = value
    return canonical_json(document)


def test_the_example_is_read():
    """Level and code; the rest stays JSON."""
    view = parse_transcript(EXAMPLE)

    assert (view.kind, view.level, view.school_year) == ("YEAR", "THPT", "2025-2026")
    assert view.transcript_code == "HB-THPT-2025-7K3M9QX2VD-B"
    assert canonical_json(view.document) == EXAMPLE


def test_a_document_of_upper_secondary_school_verifies_like_any_other(office):
    """Rendered, signed, sealed and anchored: no check knows of levels but the parser's."""
    pdf = make_pdf(make_transcript(8, example=EXAMPLE_FILE), office.signers)
    office.anchor([("thpt", pdf, entry_of(pdf, 8))])

    report = office.check("thpt")

    assert outcome(report) == (PASSED, None)
    assert report.transcript_code is not None
    assert report.transcript_code.startswith("HB-THPT-")


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("level", "THCS", "template"),
        ("level", "GDTX", "no schema"),
        ("transcript_code", "HB-THCS-2025-7K3M9QX2VD-K", "transcript_code"),
        ("transcript_code", "HB-THPT-2025-7K3M9QX2VD-K", "check character"),
        ("school.grade", 9, "grade"),
        ("school.grade", 13, "grade"),
        ("school.grade", 12, "program_completed"),
        ("results.program_completed", True, "program_completed"),
        ("results.subjects[physics].study_topics", None, "subjects"),
        ("results.subjects[physics].study_topics", "true", "subjects"),
        ("results.subjects[physics].teacher", None, "subjects"),
        ("results.subjects[physics].assessment_status", "not_taken", "subjects"),
        ("results.subjects[physics].full_year", None, "subjects"),
        ("results.subjects[geography].assessment_status", "normal", "subjects"),
        ("results.subjects[geography].assessment_status", "exempt", "subjects"),
        ("results.subjects[geography].term_1", "8.0", "subjects"),
        ("results.subjects[geography].full_year", "8.0", "subjects"),
        ("results.subjects[geography].comment", "Tốt.", "subjects"),
        ("results.subjects[geography].teacher", "Lý Thị Mai Hoa", "subjects"),
        ("results.subjects[geography].study_topics", True, "subjects"),
        ("results.subjects[geography].subject_code", "history_2", "subjects"),
        ("results.subjects[music].term_2", "Đạt", "subjects"),
        ("results.subjects[music].subject_code", "physics", "twice"),
        ("rendering.template", "thcs-year/1", "template"),
    ],
)
def test_a_value_outside_its_bounds_is_refused(path, value, problem):
    """Grades, choice and study topics of this level, and what it shares with the other."""
    with pytest.raises(InvalidFormat, match=problem):
        parse_transcript(changed(path, value))


def test_no_compulsory_subject_can_be_not_taken():
    """History is everybody's."""
    document = json.loads(EXAMPLE)
    rows = document["results"]["subjects"]
    rows[ROWS["history"]] |= {
        key: rows[ROWS["geography"]][key]
        for key in rows[ROWS["geography"]]
        if key not in {"subject_code", "name"}
    }

    with pytest.raises(InvalidFormat, match="subjects"):
        check_transcript(document)


def test_a_transcript_of_one_level_is_none_of_the_other():
    """Level, code and template changed by a forger leave rows that the other form has not."""
    text = EXAMPLE.decode().replace("THPT-2025-7K3M9QX2VD-B", "THCS-2025-7K3M9QX2VD-K")
    text = text.replace('"level":"THPT"', '"level":"THCS"').replace("thpt-year/1", "thcs-year/1")
    document = json.loads(text.replace('"grade":11', '"grade":9'))
    document["results"]["program_completed"] = True

    with pytest.raises(InvalidFormat, match="subjects"):
        check_transcript(document)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(
    st.sampled_from(sorted(ROWS)),
    st.sampled_from(sorted(json.loads(EXAMPLE)["results"]["subjects"][0])),
    json_values,
)
def test_any_value_in_any_place_of_a_row_is_read_or_refused(code, member, value):
    """Hostile values of every type: a view or InvalidFormat, and the view writes the same bytes."""
    document = copy.deepcopy(json.loads(EXAMPLE))
    document["results"]["subjects"][ROWS[code]][member] = value
    try:
        data = canonical_json(document)
    except ValueError:
        return

    try:
        view = parse_transcript(data)
    except InvalidFormat:
        return
    assert canonical_json(view.document) == data
