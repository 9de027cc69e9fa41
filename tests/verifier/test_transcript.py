"""Reading transcript.json strictly."""

import copy
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.canonical import canonical_json
from verifier.errors import InvalidFormat
from verifier.transcript import (
    GREATEST_SIZE_BYTES,
    check_transcript,
    parse_transcript,
)

VECTOR = Path(__file__).parents[1] / "vectors" / "transcript_example.json"
EXAMPLE = VECTOR.read_bytes()


def at(document: object, path: tuple) -> object:
    """Go to *path* within *document*."""
    for step in path:
        document = document[step]
    return document


def steps_of(path: str) -> list[str | int]:
    """Read `results.subjects[0].term_1`."""
    return [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]


def changed(path: str, value: object) -> bytes:
    """Write the example with another value at *path* in RFC 8785 form."""
    document = json.loads(EXAMPLE)
    *steps, last = steps_of(path)
    place = at(document, tuple(steps))
    place[last] = value
    return canonical_json(document)


def leaves(value: object, path: tuple = ()) -> list[tuple]:
    """List the paths of all objects, arrays and values within *value*."""
    children: list = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [path, *(found for step, child in children for found in leaves(child, (*path, step)))]


def test_the_example_is_read():
    """What the verifier needs stands in the view; the rest stays JSON."""
    view = parse_transcript(EXAMPLE)

    assert view.transcript_code == "HB-THCS-2025-7K3M9QX2VD-K"
    assert view.institution == "VN-000-THCS-HOA-PHUONG"
    assert view.series_key == b"\x5e" * 32
    assert (view.kind, view.level, view.school_year) == ("YEAR", "THCS", "2025-2026")
    assert (view.version, view.supersedes, view.sample) == (1, None, True)
    assert view.document == json.loads(EXAMPLE)


def test_reading_and_writing_is_a_round_trip():
    """The bytes are canonical, so writing what was read gives them again."""
    assert canonical_json(parse_transcript(EXAMPLE).document) == EXAMPLE


def test_a_correction_names_the_superseded_version():
    """Version, digest and reason of the predecessor."""
    document = json.loads(changed("version", 3))
    document["supersedes"] = {
        "version": 2,
        "document_digest": "0x" + "ab" * 32,
        "reason": "Sửa điểm",
    }

    superseded = parse_transcript(canonical_json(document)).supersedes

    assert superseded is not None
    assert (superseded.version, superseded.reason) == (2, "Sửa điểm")
    assert superseded.document_digest == b"\xab" * 32


@pytest.mark.parametrize("version", [3, 4])
def test_only_an_earlier_version_can_be_superseded(version):
    """Neither the document itself nor a later one."""
    document = json.loads(changed("version", 3))
    digest = "0x" + "ab" * 32
    document["supersedes"] = {"version": version, "document_digest": digest, "reason": "r"}

    with pytest.raises(InvalidFormat, match="not an earlier version"):
        check_transcript(document)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("format", "hocba/transcript/2", "format"),
        ("kind", "LEVEL", "no schema"),
        ("level", "TH", "no schema"),
        ("level", "THPT", "template"),
        ("level", ["THCS"], "no schema"),
        ("institution", "VN 000", "institution"),
        ("transcript_code", "HB-THCS-2025-7K3M9QX2VD-A", "check character"),
        ("transcript_code", "HB-THPT-2025-7K3M9QX2VD-K", "transcript_code"),
        ("series_key", "0x" + "5E" * 32, "series_key"),
        ("series_key", "0x" + "5e" * 31, "series_key"),
        ("school_year", "2025-2027", "consecutive"),
        ("school_year", "2025", "school_year"),
        ("version", 0, "version"),
        ("version", 2**32, "version"),
        ("version", "1", "version"),
        ("version", True, "version"),
        (
            "supersedes",
            {"version": 1, "document_digest": "0x" + "11" * 32, "reason": "r"},
            "supers",
        ),
        ("sample", 1, "sample"),
        ("pupil.full_name", "", "full_name"),
        ("pupil.full_name", " An", "full_name"),
        ("pupil.full_name", "An\n", "full_name"),
        ("pupil.full_name", "An\u202eB", "full_name"),
        ("pupil.full_name", "A\u200bn", "full_name"),
        ("pupil.full_name", "A" * 101, "full_name"),
        ("pupil.full_name", unicodedata.normalize("NFD", "Nguyễn"), "NFC"),
        ("pupil.sex", "nữ", "sex"),
        ("pupil.birth_date", "2012-13", "birth_date"),
        ("pupil.birth_date", "2012-02-30", "birth_date"),
        ("pupil.birth_date", "14/03/2012", "birth_date"),
        ("pupil.personal_id", "00031200471", "personal_id"),
        ("pupil.personal_id", "００0312004711", "personal_id"),
        ("pupil.study_history[0].school_year", "2023-2025", r"study_history\[0\]"),
        ("school.grade", 10, "grade"),
        ("school.grade", 5, "grade"),
        ("results.policy.policy_id", "TT58-2011", "policy_id"),
        ("results.subjects", [], "subjects"),
        ("results.subjects[0].term_1", "8,7", "subjects"),
        ("results.subjects[0].term_1", "8.75", "subjects"),
        ("results.subjects[0].term_1", "10.1", "subjects"),
        ("results.subjects[0].term_1", "Đạt", "subjects"),
        ("results.subjects[0].full_year", None, "subjects"),
        ("results.subjects[0].assessment", "comment", "subjects"),
        ("results.subjects[0].assessment_status", "exempt", "subjects"),
        ("results.subjects[8].term_1", "8.0", "subjects"),
        ("results.subjects[8].term_1", "Đ", "subjects"),
        ("results.subjects[1].subject_code", "mathematics", "twice"),
        ("results.term_1.academic_result", "Giỏi", "academic_result"),
        ("results.full_year.adjustment.to", "Tốt", "adjustment"),
        ("results.absent_sessions", -1, "absent_sessions"),
        ("results.promotion_status", "promoted", "promotion_status"),
        ("results.program_completed", True, "program_completed"),
        (
            "confirmations.homeroom_teacher.confirmed_at",
            "2026-05-27T03:30:00+00:00",
            "confirmed_at",
        ),
        ("rendering.created_at", "2026-02-30T00:00:00Z", "created_at"),
        ("rendering.lookup_url", "javascript:alert(1)", "lookup_url"),
        ("rendering.template", "../thcs-year/1", "template"),
        ("rendering.approved_on", "2026-05-30T00:00:00Z", "approved_on"),
    ],
)
def test_a_value_outside_its_bounds_is_refused(path, value, problem):
    """Types, patterns, lengths, enumerations, and what the schema alone cannot say."""
    with pytest.raises(InvalidFormat, match=problem):
        parse_transcript(changed(path, value))


def test_an_exempt_subject_has_no_results():
    """With its results gone the same row is accepted."""
    document = json.loads(changed("results.subjects[0].assessment_status", "exempt"))
    document["results"]["subjects"][0] |= {"term_1": None, "term_2": None, "full_year": None}

    parse_transcript(canonical_json(document))


def test_grade_9_says_whether_the_programme_is_completed():
    """Required in grade 9, unless a second chance is open."""
    ninth = json.loads(changed("school.grade", 9))
    with pytest.raises(InvalidFormat, match="program_completed"):
        check_transcript(ninth)

    ninth["results"]["program_completed"] = True
    check_transcript(ninth)
    ninth["results"]["promotion_status"] = "RETEST"
    with pytest.raises(InvalidFormat, match="program_completed"):
        check_transcript(ninth)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (EXAMPLE + b"\n", "RFC 8785"),
        (b" " + EXAMPLE, "RFC 8785"),
        (b"\xef\xbb\xbf" + EXAMPLE, "."),
        (json.dumps(json.loads(EXAMPLE)).encode(), "RFC 8785"),
        (EXAMPLE.replace(b'"version":1', b'"version":1,"version":1'), "twice"),
        (EXAMPLE.replace(b'"version":1', b'"version":1.0'), "integer"),
        (EXAMPLE[:-1], "not JSON"),
        (EXAMPLE.replace("Nữ".encode(), b"N\xff"), "UTF-8"),
        (b'{"a":"' + b"x" * GREATEST_SIZE_BYTES + b'"}', "bytes"),
        (b"[" * 5000 + b"]" * 5000, "."),
    ],
)
def test_other_bytes_are_refused(data, problem):
    """One transcript has one form: canonical, complete, bounded."""
    with pytest.raises(InvalidFormat, match=problem):
        parse_transcript(data)


def test_messages_do_not_repeat_what_a_pupils_record_holds():
    """Place and problem are named, the value is masked."""
    for path, value in (
        ("pupil.full_name", "Secret\nName"),
        ("pupil.personal_id", "12345"),
        ("results.subjects[0].term_1", "11.7"),
        ("pupil.birth_date", "SECRETDATE"),
    ):
        with pytest.raises(InvalidFormat) as caught:
            parse_transcript(changed(path, value))
        assert str(value) not in str(caught.value)
        assert "Secret" not in str(caught.value)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_and_never_crash(data):
    """Nothing but InvalidFormat leaves the parser."""
    with pytest.raises(InvalidFormat):
        parse_transcript(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.sampled_from(leaves(json.loads(EXAMPLE))[1:]), json_values)
def test_any_value_in_any_place_is_read_or_refused(place, value):
    """Hostile values of every type: a view or InvalidFormat, and the view writes the same bytes."""
    document = copy.deepcopy(json.loads(EXAMPLE))
    at(document, place[:-1])[place[-1]] = value
    try:
        data = canonical_json(document)
    except ValueError:
        return

    try:
        view = parse_transcript(data)
    except InvalidFormat:
        return
    assert canonical_json(view.document) == data
